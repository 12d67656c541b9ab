package dev.holdfast.game.log.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import dev.holdfast.game.session.TestClient;
import io.lettuce.core.RedisClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A Redis that has little memory.
class FullRedisTest {
    private static final String LONG = "x".repeat(60_000);
    private static final int MESSAGES = 600;

    @RegisterExtension
    static final RedisServer redis =
            new RedisServer("--appendonly", "yes", "--appendfsync", "always", "--save", "", "--maxmemory", "16mb");

    @RegisterExtension
    static final Backend backend = new Backend(() -> "STORE_URL=" + redis.url());

    @Test
    void a_player_who_says_more_than_it_can_hold_does_not_fill_it() {
        TestClient listener = backend.connect("p1");
        TestClient talker = backend.connect("p2");

        for (int n = 0; n < MESSAGES; n++) {
            talker.send("{\"n\":" + n + ",\"text\":\"" + LONG + "\"}");
            assertThat(listener.next()).contains("\"n\":" + n + ",");
        }
    }

    @Test
    void it_is_known_beforehand_unless_there_is_no_limit() throws Exception {
        Backend.await(
                FullRedisTest::metrics,
                text -> text.contains("\nholdfast_store_memory_limit_bytes 1.6777216E7\n")
                        && text.contains("\nholdfast_store_memory_used_bytes "));

        try (RedisClient client = RedisClient.create(redis.url());
                var connection = client.connect()) {
            connection.sync().configSet("maxmemory", "0");
            Backend.await(FullRedisTest::metrics, text -> !text.contains("holdfast_store_memory"));
            connection.sync().configSet("maxmemory", "16mb");
        }
    }

    private static String metrics() throws Exception {
        return backend.getManagement("/actuator/prometheus").body();
    }
}

package dev.holdfast.game.log.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import dev.holdfast.game.session.TestClient;
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
}

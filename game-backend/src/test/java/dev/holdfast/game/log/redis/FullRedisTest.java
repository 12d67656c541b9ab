package dev.holdfast.game.log.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.game.Backend;
import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.NewEvent;
import dev.holdfast.game.log.Snapshot;
import dev.holdfast.game.session.TestClient;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

/// A Redis that has little memory.
class FullRedisTest {
    private static final String LONG = "x".repeat(60_000);
    private static final int MESSAGES = 600;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final GameId GAME = new GameId("long");

    @RegisterExtension
    static final RedisServer redis =
            new RedisServer("--appendonly", "yes", "--appendfsync", "always", "--save", "", "--maxmemory", "16mb");

    @RegisterExtension
    static final RedisServer shrinking = RedisServer.durable();

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

    @Test
    void full_it_takes_a_snapshot_with_which_events_go_and_nothing_else() {
        try (RedisGameLog log = RedisGameLog.open(shrinking.url(), true, _ -> {});
                RedisClient client = RedisClient.create(shrinking.url());
                var connection = client.connect()) {
            Cursor middle = append(log, Cursor.ORIGIN, 30);
            Cursor head = append(log, middle, 10);
            var memory = Durability.fields(connection.sync().info("memory"));
            long used = Long.parseLong(memory.getOrDefault("used_memory", ""));
            connection.sync().configSet("maxmemory", Long.toString(used - 10L * LONG.length()));

            assertThatThrownBy(() -> append(log, head, 1)).hasMessageContaining("OOM");
            assertThatThrownBy(() -> log.snapshot(GAME, head, new byte[1], 0).block(LIMIT))
                    .hasMessageContaining("OOM");
            log.snapshot(GAME, head, new byte[1], middle.seq()).block(LIMIT);

            assertThat(await(log.snapshot(GAME))).extracting(Snapshot::at).isEqualTo(head);
            assertThat(await(log.read(GAME, middle)).events()).hasSize(10);
            assertThat(append(log, head, 1).seq()).isEqualTo(41);
        }
    }

    private static Cursor append(RedisGameLog log, Cursor head, int count) {
        var event = new NewEvent("tag", LONG.getBytes(StandardCharsets.US_ASCII));
        return await(log.append(GAME, head, Collections.nCopies(count, event))).head();
    }

    private static <T> T await(Mono<T> answer) {
        return answer.blockOptional(LIMIT).orElseThrow();
    }

    @Test
    void what_it_takes_is_what_it_says_it_takes() throws Exception {
        try (RedisClient client = RedisClient.create(redis.url());
                var connection = client.connect()) {
            var server = connection.sync();
            Backend.await(
                    () -> used()
                            - Double.parseDouble(
                                    Durability.fields(server.info("memory")).get("used_memory")),
                    difference -> Math.abs(difference) < 1 << 20);
        }
    }

    @Test
    void a_server_that_would_not_say_is_asked_again() throws Exception {
        try (RedisClient client = RedisClient.create(redis.url());
                var connection = client.connect()) {
            var server = connection.sync();
            server.aclSetuser("default", AclSetuserArgs.Builder.removeCommand(CommandType.INFO));
            Backend.await(server::aclLog, refused -> !refused.isEmpty());
            server.aclSetuser("default", AclSetuserArgs.Builder.addCommand(CommandType.INFO));

            server.configSet("maxmemory", "32mb");
            Backend.await(
                    FullRedisTest::metrics, text -> text.contains("\nholdfast_store_memory_limit_bytes 3.3554432E7\n"));
            server.configSet("maxmemory", "16mb");
        }
    }

    private static double used() throws Exception {
        return metrics()
                .lines()
                .filter(line -> line.startsWith("holdfast_store_memory_used_bytes "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .findFirst()
                .orElse(Double.NaN);
    }

    private static String metrics() throws Exception {
        return backend.getManagement("/actuator/prometheus").body();
    }
}

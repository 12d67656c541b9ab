package dev.holdfast.game.log.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import dev.holdfast.game.session.TestClient;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Consumer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What an asynchronous failover does: the server comes back without its last writes.
class RolledBackLogTest {
    @RegisterExtension
    @Order(1)
    static final RedisServer redis = RedisServer.durable();

    @RegisterExtension
    @Order(2)
    static final Backend backend = new Backend(() -> "STORE_URL=" + redis.url());

    @Test
    void what_the_server_has_lost_is_appended_again_as_it_was() {
        TestClient reader = v1("reader");
        TestClient writer = v1("writer");
        writer.send("{\"n\":1,\"$\":{\"id\":\"w.1\",\"seen\":3}}").readUntil("sys.ack");
        writer.send("{\"n\":2,\"$\":{\"id\":\"w.2\",\"seen\":4}}").readUntil("sys.ack");
        String first = reader.next();
        String second = reader.next();

        double found = otherHistories();
        rollBackTo(4);
        writer.send("{\"n\":3,\"$\":{\"id\":\"w.3\",\"seen\":5}}").readUntil("sys.ack");

        assertThat(reader.next()).contains("\"n\":3", "\"seq\":6");
        assertThat(otherHistories()).isEqualTo(found + 1);
        TestClient late = backend.connect("late?v=1")
                .send("{\"type\":\"sys.hello\",\"v\":1}")
                .readUntil("sys.live");
        assertThat(late.seen().get(1)).contains("\"seq\":7");
        assertThat(first).contains("\"seq\":4");
        assertThat(storedTag(5)).isEqualTo(second.replaceAll(".*\"cur\":\"5\\.([^\"]+)\".*", "$1"));
    }

    @Test
    void another_history_ends_all_sessions_and_their_cursors_are_reset() {
        TestClient reader = v1("reader");
        String cursor = reader.seen().getLast().replaceAll(".*\"cur\":\"([^\"]+)\".*", "$1");
        double found = otherHistories();
        replaceHistory();

        reader.send("{\"n\":1,\"$\":{\"id\":\"r.1\",\"seen\":2}}");

        assertThat(reader.awaitClose().code()).isEqualTo(1012);
        assertThat(otherHistories()).isEqualTo(found + 1);
        TestClient again = backend.connect("reader?v=1")
                .send("{\"type\":\"sys.hello\",\"v\":1,\"since\":\"" + cursor + "\"}")
                .readUntil("sys.live");
        assertThat(again.seen().getFirst()).contains("\"resume\":\"reset\"");
    }

    /// How often the store held another history than a table had read.
    private static double otherHistories() {
        return backend.context()
                .getBean(MeterRegistry.class)
                .get("holdfast.store.failures")
                .tag("kind", "history")
                .counter()
                .count();
    }

    // In one step: a table that found an empty log would bring the old history back.
    private void replaceHistory() {
        String script = """
                redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
                redis.call('XADD', KEYS[1], '1-0', 't', 'other1', 'b', '{"k":"created","rules":"relay","version":1}')
                redis.call('XADD', KEYS[1], '2-0', 't', 'other2', 'b', '{"k":"noted","by":"x","cmd":"y"}')
                return redis.call('HSET', KEYS[2], 'head', '2.other2')
                """;
        String keyTag = "{" + backend.game() + "}";
        String[] keys = {keyTag + ":log", keyTag + ":meta", keyTag + ":snap"};
        with(commands -> commands.eval(script, ScriptOutputType.INTEGER, keys));
    }

    private TestClient v1(String player) {
        return backend.connect(player + "?v=1")
                .send("{\"type\":\"sys.hello\",\"v\":1}")
                .readUntil("sys.live");
    }

    private void rollBackTo(long seq) {
        String head = seq + "." + storedTag(seq);
        String script = """
                for _, event in ipairs(redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+')) do
                  redis.call('XDEL', KEYS[1], event[1])
                end
                redis.call('XSETID', KEYS[1], ARGV[1])
                return redis.call('HSET', KEYS[2], 'head', ARGV[2])
                """;
        String[] keys = {"{" + backend.game() + "}:log", "{" + backend.game() + "}:meta"};
        with(commands -> commands.eval(script, ScriptOutputType.INTEGER, keys, seq + "-0", head));
    }

    private String storedTag(long seq) {
        try (RedisClient client = RedisClient.create(redis.url());
                var connection = client.connect()) {
            return String.valueOf(connection
                    .sync()
                    .xrange("{" + backend.game() + "}:log", Range.create(seq + "-0", seq + "-0"))
                    .getFirst()
                    .getBody()
                    .get("t"));
        }
    }

    private static void with(Consumer<RedisCommands<String, String>> work) {
        try (RedisClient client = RedisClient.create(redis.url());
                var connection = client.connect()) {
            work.accept(connection.sync());
        }
    }
}

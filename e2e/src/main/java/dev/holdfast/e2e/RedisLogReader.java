package dev.holdfast.e2e;

import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.StreamMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Reads the streams in the game-backend's Redis, over a connection per call, since the server may have been killed.
final class RedisLogReader implements LogReader {
    private static final String ROLL_BACK = """
            for _, event in ipairs(redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', ARGV[1])) do
              redis.call('XDEL', KEYS[1], event[1])
            end
            local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
            redis.call('XSETID', KEYS[1], last[1])
            local seq = string.sub(last[1], 1, string.find(last[1], '-') - 1)
            redis.call('HSET', KEYS[2], 'head', seq .. '.' .. last[2][2])
            return redis.status_reply('OK')
            """;

    private final RedisClient client;

    RedisLogReader(String url) {
        client = RedisClient.create(url);
    }

    @Override
    public List<LogEntry> read(String game, long fromSeq) {
        try (var connection = client.connect()) {
            return connection
                    .sync()
                    .xrange(
                            "{" + game + "}:log",
                            Range.from(Range.Boundary.including(fromSeq + "-0"), Range.Boundary.unbounded()))
                    .stream()
                    .map(RedisLogReader::entry)
                    .toList();
        }
    }

    /// Takes a game's newest events away, as an asynchronous failover does.
    void rollBack(String game, int events) {
        try (var connection = client.connect()) {
            String[] keys = {"{" + game + "}:log", "{" + game + "}:meta"};
            connection.sync().eval(ROLL_BACK, ScriptOutputType.STATUS, keys, Integer.toString(events));
        }
    }

    private static LogEntry entry(StreamMessage<String, String> message) {
        String id = message.getId();
        return LogReader.entry(
                Long.parseLong(id.substring(0, id.indexOf('-'))),
                message.getBody().getOrDefault("t", ""),
                message.getBody().getOrDefault("b", "").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        client.shutdown();
    }
}

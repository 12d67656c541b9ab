package dev.holdfast.e2e;

import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.StreamMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Reads the streams in the game-backend's Redis, over a connection per call, since the server may have been killed.
final class RedisLogReader implements LogReader {
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

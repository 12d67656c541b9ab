package dev.holdfast.e2e;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads games' logs where the game-backend keeps them, without asking it.
interface LogReader extends AutoCloseable {
    /// Events from a number on, in the log's order.
    List<LogEntry> read(String game, long fromSeq);

    @Override
    void close();

    /// @param stored an entry as the game-backend writes it
    static LogEntry entry(long seq, String tag, byte[] stored) {
        ObjectNode json = Text.read(new String(stored, java.nio.charset.StandardCharsets.UTF_8));
        return new LogEntry(
                seq, tag, json.optional("event").map(JsonNode::toString), text(json, "by"), text(json, "cmd"));
    }

    private static Optional<String> text(ObjectNode json, String name) {
        return json.optional(name).map(JsonNode::stringValue);
    }
}

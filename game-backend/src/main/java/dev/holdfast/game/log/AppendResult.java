package dev.holdfast.game.log;

/// What became of an append: both answers carry the head of the log as it is now.
public sealed interface AppendResult {
    Cursor head();

    /// The whole batch is durable, and the head is its last event.
    record Appended(Cursor head) implements AppendResult {}

    /// Nothing was written, since the log does not end at the expected cursor.
    record Conflict(Cursor head) implements AppendResult {}
}

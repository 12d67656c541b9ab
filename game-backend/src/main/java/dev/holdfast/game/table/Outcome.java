package dev.holdfast.game.table;

import dev.holdfast.game.wire.Problem;

/// What became of a command. Told only once everything it says is durable.
public sealed interface Outcome {
    /// @param seq the event that carries the command's id, or the head for a command without id
    /// @param duplicate whether an earlier sending of the same id did it
    record Applied(long seq, boolean duplicate) implements Outcome {}

    record Refused(Problem problem) implements Outcome {}
}

package dev.holdfast.game.table;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.wire.Problem;
import java.util.Optional;

/// What became of a command. Told only once everything it says is durable.
public sealed interface Outcome {
    /// In one word: `applied`, `duplicate`, or an error code.
    default String label() {
        return switch (this) {
            case Applied(long _, boolean duplicate, var _) -> duplicate ? "duplicate" : "applied";
            case Refused(Problem problem) -> problem.code().text();
        };
    }

    /// @param seq the event that carries the command's id
    /// @param duplicate whether an earlier sending of the same id did it
    /// @param passed the event's cursor if its author does not get to see it
    record Applied(long seq, boolean duplicate, Optional<Cursor> passed) implements Outcome {}

    record Refused(Problem problem) implements Outcome {}
}

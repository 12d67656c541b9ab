package dev.holdfast.game.table;

import dev.holdfast.game.wire.Problem;
import java.util.function.Consumer;

/// What a request will be told: one or the other, never before the store has answered, since even a refusal may rest on
/// events of the same batch.
record Ruling(Runnable whenDurable, Consumer<Problem> whenFailed) {
    /// Nobody waits for an answer.
    static final Ruling SILENT = new Ruling(() -> {}, _ -> {});
}

package dev.holdfast.game.log;

import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The only door to storage: one append-only log per game (docs/storage.md).
///
/// Every `Mono` completes only when its effect would survive a crash of this process and, with a durable adapter,
/// of the machine. Any method may be called from any thread and never blocks it; an error that is not named here
/// means that the store could not be reached, and for [#append] that the outcome is unknown. A game is forgotten
/// so long after its last append as [#retention] says.
public interface GameLog {
    Duration RETENTION = Duration.ofDays(30);

    /// Of a game that has but its first event, its creation: nobody has ever sat there, and anybody may make thousands.
    Duration UNUSED_RETENTION = Duration.ofDays(1);

    /// How long after its last append a game with this head is kept.
    static Duration retention(Cursor head) {
        return head.seq() == 1 ? UNUSED_RETENTION : RETENTION;
    }

    /// The last event's cursor, [Cursor#ORIGIN] if the game has none.
    Mono<Cursor> head(GameId game);

    /// Appends all of the batch or nothing, on condition that the log ends at `expected`. Repeating an append that had
    /// succeeded answers `Appended` again as long as nothing came after it.
    ///
    /// @param batch not empty
    Mono<AppendResult> append(GameId game, Cursor expected, List<NewEvent> batch);

    /// The next events after a cursor. Fails with a [ReadFailure].
    Mono<Page> read(GameId game, Cursor after);

    /// The head after appends by anybody: a wake-up that may be lost, doubled or late. Never completes.
    /// A log that is not shared gives none, since whoever appends to it knows.
    Flux<Cursor> hints(GameId game);

    /// Keeps a state from which the fold can start, unless the log has no such cursor or a newer state. If it is
    /// kept, old events go in the same step.
    ///
    /// @param trimUpTo the last event to go; none after `at` does, whatever it says
    Mono<Void> snapshot(GameId game, Cursor at, byte[] state, long trimUpTo);

    /// The newest snapshot, or empty.
    Mono<Snapshot> snapshot(GameId game);

    /// Whether another process may append to the same log, so that readers must look for news now and then.
    boolean isShared();
}

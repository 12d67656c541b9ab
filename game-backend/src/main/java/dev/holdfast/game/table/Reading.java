package dev.holdfast.game.table;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.Page;
import dev.holdfast.game.log.ReadFailure;
import dev.holdfast.game.log.StoredEvent;
import dev.holdfast.game.wire.Entry;

/// A game while it is read from its log, page by page, so that no more than one page and the tail is in memory.
///
/// @param start before the first event that the log still has
/// @param snapshot what the state begins with, [Cursor#ORIGIN] if there is none
record Reading(GameState state, Tail tail, Snapshots snapshots, Cursor start, Cursor snapshot) {
    Cursor head() {
        return tail.head();
    }

    /// Whether there is no such game.
    boolean isEmpty() {
        return snapshot.equals(Cursor.ORIGIN) && head().equals(Cursor.ORIGIN);
    }

    /// Throws a [ReadFailure] unless the log contains the snapshot: else events would be left out, or a store that has
    /// lost some be hidden.
    void requireWhole(GameId game) {
        if (snapshot.seq() < start.seq()) {
            throw new ReadFailure.Truncated(game, snapshot, start);
        }
        if (snapshot.seq() > head().seq()) {
            throw new ReadFailure.Diverged(game, snapshot, head());
        }
        requireSame(game, start);
    }

    /// Throws a [ReadFailure] if the snapshot is of another history, [UnreadableGame] if the events cannot be followed.
    void add(GameId game, Page page) {
        for (StoredEvent event : page.events()) {
            tail.add(event);
            snapshots.add(event);
            requireSame(game, event.at());
            if (event.at().seq() > snapshot.seq()) {
                UnreadableGame.unless(game, () -> state.apply(event.at().seq(), Entry.decode(event.body())));
            }
        }
    }

    private void requireSame(GameId game, Cursor at) {
        if (at.seq() == snapshot.seq() && !at.equals(snapshot)) {
            throw new ReadFailure.Diverged(game, snapshot, head());
        }
    }
}

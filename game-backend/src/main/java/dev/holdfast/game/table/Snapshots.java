package dev.holdfast.game.table;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.GameLog;
import dev.holdfast.game.log.StoredEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;

/// Puts a game's state beside its log now and then, so that opening it need not begin at its first event, and lets go
/// of the events that no [Tail] replays any more. Told of every event, as the tail is; but how much memory tails have
/// does not count here, so that a process which opens the game later replays as much as one that had room. On the
/// table's thread.
final class Snapshots {
    static final int EVENTS_PER_SNAPSHOT = 256;

    /// So that what comes after the last snapshot is never much more than what a tail takes, or than the snapshot
    /// itself: a large state is not to be written more often than what happens to it.
    static final int BYTES_PER_SNAPSHOT = Tail.MAX_REPLAYED_BYTES;

    /// Nor is it to be written for each few bytes: this part of its size has to have come at least.
    private static final int PART_OF_STATE = 16;

    /// In so many pieces of what is replayed at most the log is let go.
    private static final int PIECES = 64;

    private static final Logger logger = LoggerFactory.getLogger(Snapshots.class);

    /// A place up to which the log may be let go.
    ///
    /// @param played events up to it that were counted
    /// @param bytes of all entries up to it that were counted
    private record Mark(long seq, long played, long bytes) {}

    private final GameId game;
    private final GameLog log;
    private final Disposable.Swap call = Disposables.swap();
    private final Deque<Mark> marks = new ArrayDeque<>();
    private long played;
    private long bytes;
    private long lastSeq;
    private long bytesAtLast;
    private int lastSize;
    /// What nobody is replayed now.
    private long trimUpTo;
    /// What nobody was replayed at the last snapshot. Another process that has the game open may not have read more
    /// yet, and would have to close it if it found a gap.
    private long trimUpToAtLast;

    /// @param start before the first event that will be added
    /// @param last that the log has, [Cursor#ORIGIN] if none
    Snapshots(GameId game, GameLog log, Cursor start, Cursor last) {
        this.game = game;
        this.log = log;
        this.lastSeq = last.seq();
        marks.add(new Mark(start.seq(), 0, 0));
    }

    void add(StoredEvent event) {
        long seq = event.at().seq();
        played += Tail.played(event);
        bytes += event.body().length;
        if (isFartherThan(marks.getLast(), PIECES)) {
            marks.add(new Mark(seq, played, bytes));
        }
        while (isFartherThan(marks.getFirst(), 1)) {
            trimUpTo = marks.removeFirst().seq();
        }
        if (seq <= lastSeq) {
            bytesAtLast = bytes;
            trimUpToAtLast = trimUpTo;
        }
    }

    /// Whether more has come after the mark than this part of what is replayed.
    private boolean isFartherThan(Mark mark, int part) {
        return played - mark.played() > Tail.MAX_REPLAYED_EVENTS / part
                || bytes - mark.bytes() > Tail.MAX_REPLAYED_BYTES / part;
    }

    void keepIfDue(Cursor head, GameState state) {
        long since = bytes - bytesAtLast;
        boolean isDueByEvents = head.seq() - lastSeq >= EVENTS_PER_SNAPSHOT && since >= lastSize / PART_OF_STATE;
        boolean isDueByBytes = since >= Math.max(BYTES_PER_SNAPSHOT, lastSize);
        if (!isDueByEvents && !isDueByBytes) {
            return;
        }
        long upTo = trimUpToAtLast;
        lastSeq = head.seq();
        bytesAtLast = bytes;
        trimUpToAtLast = trimUpTo;
        byte[] saved;
        try {
            saved = state.save();
        } catch (RuntimeException | Error bug) {
            logger.error("game {}: cannot be saved, so it goes on without a snapshot", game, bug);
            return;
        }
        lastSize = saved.length;
        call.update(log.snapshot(game, head, saved, upTo)
                .subscribe(
                        _ -> {},
                        failure -> logger.warn(
                                "game {}: no snapshot kept, will try again: {}", game, failure.toString())));
    }
}

package dev.holdfast.game.table;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.GameLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;

/// Puts a game's state beside its log now and then, so that opening it need not begin at its first event. On the
/// table's thread.
final class Snapshots {
    static final int EVENTS_PER_SNAPSHOT = 256;
    private static final Logger logger = LoggerFactory.getLogger(Snapshots.class);

    private final GameId game;
    private final GameLog log;
    private final Disposable.Swap call = Disposables.swap();
    private long lastSeq;

    /// @param last that the log has, [Cursor#ORIGIN] if none
    Snapshots(GameId game, GameLog log, Cursor last) {
        this.game = game;
        this.log = log;
        this.lastSeq = last.seq();
    }

    void keepIfDue(Cursor head, GameState state) {
        if (head.seq() - lastSeq < EVENTS_PER_SNAPSHOT) {
            return;
        }
        lastSeq = head.seq();
        byte[] saved;
        try {
            saved = state.save();
        } catch (RuntimeException | Error bug) {
            logger.error("game {}: cannot be saved, so it goes on without a snapshot", game, bug);
            return;
        }
        call.update(log.snapshot(game, head, saved)
                .subscribe(
                        _ -> {},
                        failure -> logger.warn(
                                "game {}: no snapshot kept, will try again: {}", game, failure.toString())));
    }
}

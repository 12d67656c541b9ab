package dev.holdfast.game.table;

import dev.holdfast.game.log.AppendResult;
import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.GameLog;
import dev.holdfast.game.log.NewEvent;
import dev.holdfast.game.log.Snapshot;
import dev.holdfast.game.log.StoredEvent;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// One process's way to a log that several [Tables] of a test share.
final class SharedLog implements GameLog {
    private final GameLog log;
    private int largestPage;
    private boolean isCut;

    SharedLog(GameLog log) {
        this.log = log;
    }

    /// From now on nothing reaches the log or comes from it.
    void cut() {
        isCut = true;
    }

    /// The most events that were asked for in one go.
    int largestPage() {
        return largestPage;
    }

    @Override
    public Mono<Cursor> head(GameId game) {
        return log.head(game);
    }

    @Override
    public Mono<AppendResult> append(GameId game, Cursor expected, List<NewEvent> batch) {
        return isCut ? Mono.never() : log.append(game, expected, batch);
    }

    @Override
    public Flux<StoredEvent> read(GameId game, Cursor after, int max) {
        largestPage = Math.max(largestPage, max);
        return isCut ? Flux.never() : log.read(game, after, max);
    }

    @Override
    public Flux<Cursor> hints(GameId game) {
        return log.hints(game);
    }

    @Override
    public Mono<Void> snapshot(GameId game, Cursor at, byte[] state) {
        return log.snapshot(game, at, state);
    }

    @Override
    public Mono<Snapshot> snapshot(GameId game) {
        return log.snapshot(game);
    }

    @Override
    public boolean isShared() {
        return true;
    }
}

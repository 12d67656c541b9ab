package dev.holdfast.game.table;

import dev.holdfast.game.log.AppendResult;
import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.GameLog;
import dev.holdfast.game.log.NewEvent;
import dev.holdfast.game.log.Page;
import dev.holdfast.game.log.Snapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// One process's way to a log, which several [Tables] of a test share, or one has to itself.
final class SharedLog implements GameLog {
    private final GameLog log;
    private final boolean isShared;
    private int reads;
    private int appends;
    private final Sinks.Many<Cursor> told = Sinks.many().multicast().directBestEffort();
    private boolean isCut;
    private boolean isMute;
    private boolean isAway;
    private boolean isOvertaken;
    private Mono<?> headPause = Mono.empty();
    private Mono<?> appendPause = Mono.empty();
    private @Nullable Mono<Page> nextRead;

    SharedLog(GameLog log, boolean isShared) {
        this.log = log;
        this.isShared = isShared;
    }

    /// Whether the store is out of reach from now on.
    void setAway(boolean isAway) {
        this.isAway = isAway;
    }

    /// Whether from now on somebody else is always first: each append is a conflict.
    void setOvertaken(boolean isOvertaken) {
        this.isOvertaken = isOvertaken;
    }

    /// The head is told only after this, each time.
    void pauseBeforeHead(Mono<?> pause) {
        headPause = pause;
    }

    /// Appends are taken only after this.
    void pauseBeforeAppend(Mono<?> pause) {
        appendPause = pause;
    }

    /// What is read the next time.
    void readNext(Mono<Page> page) {
        nextRead = page;
    }

    /// From now on nothing reaches the log or comes from it.
    void cut() {
        isCut = true;
    }

    /// Nobody hears of appends any more.
    void mute() {
        isMute = true;
    }

    /// A hint comes, right or wrong.
    void tell(Cursor head) {
        told.tryEmitNext(head).orThrow();
    }

    /// How often events were asked for.
    int reads() {
        return reads;
    }

    /// How often an append was asked for.
    int appends() {
        return appends;
    }

    @Override
    public Mono<Cursor> head(GameId game) {
        return isAway ? Mono.error(away()) : Mono.defer(() -> headPause).then(log.head(game));
    }

    @Override
    public Mono<AppendResult> append(GameId game, Cursor expected, List<NewEvent> batch) {
        if (isAway) {
            return Mono.error(away());
        }
        appends++;
        if (isOvertaken) {
            return log.head(game).map(AppendResult.Conflict::new);
        }
        return isCut ? Mono.never() : appendPause.then(log.append(game, expected, batch));
    }

    @Override
    public Mono<Page> read(GameId game, Cursor after) {
        if (isAway) {
            return Mono.error(away());
        }
        reads++;
        Mono<Page> next = nextRead;
        if (next != null) {
            nextRead = null;
            return next;
        }
        return isCut ? Mono.never() : log.read(game, after);
    }

    @Override
    public Flux<Cursor> hints(GameId game) {
        return log.hints(game).filter(_ -> isShared && !isMute && !isAway).mergeWith(told.asFlux());
    }

    @Override
    public Mono<Void> snapshot(GameId game, Cursor at, byte[] state, long trimUpTo) {
        return log.snapshot(game, at, state, trimUpTo);
    }

    @Override
    public Mono<Snapshot> snapshot(GameId game) {
        return log.snapshot(game);
    }

    private static IllegalStateException away() {
        return new IllegalStateException("the store is away");
    }

    @Override
    public boolean isShared() {
        return isShared;
    }
}

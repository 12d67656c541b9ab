package dev.holdfast.game.log;

import dev.holdfast.game.log.memory.MemoryGameLog;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.springframework.context.annotation.Primary;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// A log whose next append goes wrong, at a moment that the test chooses.
@Primary
public final class FaultyGameLog implements GameLog {
    /// What the store has done by the time it breaks.
    public enum Outcome {
        LOST,
        COMMITTED
    }

    /// An append that waits for the test.
    public static final class Fault {
        private final Outcome outcome;
        private final CompletableFuture<Void> reached = new CompletableFuture<>();
        private final CompletableFuture<Void> released = new CompletableFuture<>();

        private Fault(Outcome outcome) {
            this.outcome = outcome;
        }

        /// Until the append has been asked for.
        public void await() {
            reached.orTimeout(10, TimeUnit.SECONDS).join();
        }

        /// Lets it fail.
        public void strike() {
            released.completeExceptionally(new IllegalStateException("the store is away"));
        }

        /// Lets it be carried out after all.
        public void pass() {
            released.complete(null);
        }
    }

    private final GameLog log = new MemoryGameLog(InstantSource.system());
    private final Map<GameId, Fault> next = new ConcurrentHashMap<>();
    private final Set<GameId> lost = ConcurrentHashMap.newKeySet();

    /// Of this game alone: players of earlier tests may still be leaving theirs.
    public Fault failNextAppend(GameId game, Outcome outcome) {
        var fault = new Fault(outcome);
        next.put(game, fault);
        return fault;
    }

    /// From now on the store has another history of the game than the one that its snapshot is of.
    public void loseHistory(GameId game) {
        lost.add(game);
    }

    @Override
    public Mono<AppendResult> append(GameId game, Cursor expected, List<NewEvent> batch) {
        return Mono.defer(() -> {
            Fault fault = next.remove(game);
            if (fault == null) {
                return log.append(game, expected, batch);
            }
            fault.reached.complete(null);
            Mono<AppendResult> late =
                    Mono.fromFuture(fault.released).then(Mono.defer(() -> log.append(game, expected, batch)));
            return fault.outcome == Outcome.LOST
                    ? late
                    : log.append(game, expected, batch).then(late);
        });
    }

    @Override
    public Mono<Cursor> head(GameId game) {
        return log.head(game);
    }

    @Override
    public Mono<Page> read(GameId game, Cursor after) {
        return lost.contains(game)
                ? Mono.error(() -> new ReadFailure.Diverged(game, after, Cursor.ORIGIN))
                : log.read(game, after);
    }

    @Override
    public Flux<Cursor> hints(GameId game) {
        return log.hints(game);
    }

    @Override
    public Mono<Void> snapshot(GameId game, Cursor at, byte[] state, long trimUpTo) {
        return log.snapshot(game, at, state, trimUpTo);
    }

    @Override
    public Mono<Snapshot> snapshot(GameId game) {
        return log.snapshot(game);
    }

    @Override
    public boolean isShared() {
        return log.isShared();
    }
}

package dev.holdfast.game.log.memory;

import dev.holdfast.game.log.AppendResult;
import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.GameLog;
import dev.holdfast.game.log.NewEvent;
import dev.holdfast.game.log.Page;
import dev.holdfast.game.log.ReadFailure.Diverged;
import dev.holdfast.game.log.ReadFailure.Truncated;
import dev.holdfast.game.log.Snapshot;
import dev.holdfast.game.log.StoredEvent;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Keeps games in this process only, so each restart gives every cursor `reset`. Guarded by one lock, held for
/// microseconds.
public final class MemoryGameLog implements GameLog {
    private final Map<GameId, History> games = new HashMap<>();
    private final Hints hints = new Hints();
    private final InstantSource clock;

    public MemoryGameLog(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Mono<Cursor> head(GameId game) {
        return Mono.fromSupplier(() -> {
            synchronized (games) {
                return head(history(game));
            }
        });
    }

    @Override
    public Mono<AppendResult> append(GameId game, Cursor expected, List<NewEvent> batch) {
        return Mono.fromSupplier(() -> {
            synchronized (games) {
                return appendNow(game, expected, batch);
            }
        });
    }

    private AppendResult appendNow(GameId game, Cursor expected, List<NewEvent> batch) {
        History history = history(game);
        Cursor head = head(history);
        Cursor wanted =
                new Cursor(expected.seq() + batch.size(), batch.getLast().tag());
        if (head.equals(wanted)) {
            return new AppendResult.Appended(head);
        }
        if (!head.equals(expected)) {
            return new AppendResult.Conflict(head);
        }
        History grown = history == null ? new History() : history;
        Cursor at = expected;
        for (NewEvent event : batch) {
            at = at.next(event.tag());
            grown.events.add(new StoredEvent(at, event.body()));
        }
        grown.changedAtMillis = clock.millis();
        games.put(game, grown);
        hints.announce(game, at);
        return new AppendResult.Appended(at);
    }

    @Override
    public Mono<Page> read(GameId game, Cursor after) {
        return Mono.fromSupplier(() -> {
            synchronized (games) {
                return readNow(game, after);
            }
        });
    }

    private Page readNow(GameId game, Cursor after) {
        History history = history(game);
        if (history == null) {
            if (after.equals(Cursor.ORIGIN)) {
                return new Page(List.of());
            }
            throw new Diverged(game, after, Cursor.ORIGIN);
        }
        if (after.seq() < history.start.seq()) {
            throw new Truncated(game, after, history.start);
        }
        if (!history.has(after)) {
            throw new Diverged(game, after, head(history));
        }
        return history.pageFrom((int) (after.seq() - history.start.seq()));
    }

    @Override
    public Flux<Cursor> hints(GameId game) {
        return hints.of(game);
    }

    @Override
    public Mono<Void> snapshot(GameId game, Cursor at, byte[] state, long trimUpTo) {
        return Mono.fromRunnable(() -> {
            synchronized (games) {
                History history = history(game);
                if (history != null && history.has(at) && history.isNewer(at)) {
                    history.snapshot = new Snapshot(at, state);
                    history.trimTo(Math.min(trimUpTo, at.seq()));
                }
            }
        });
    }

    @Override
    public Mono<Snapshot> snapshot(GameId game) {
        return Mono.fromSupplier(() -> {
            synchronized (games) {
                History history = history(game);
                return history == null ? null : history.snapshot;
            }
        });
    }

    @Override
    public boolean isShared() {
        return true;
    }

    private @Nullable History history(GameId game) {
        History history = games.get(game);
        if (history != null
                && clock.millis() - history.changedAtMillis
                        >= GameLog.retention(head(history)).toMillis()) {
            games.remove(game);
            return null;
        }
        return history;
    }

    private static Cursor head(@Nullable History history) {
        return history == null ? Cursor.ORIGIN : history.cursorBefore(history.events.size());
    }

    private static final class History {
        private Cursor start = Cursor.ORIGIN;
        private final List<StoredEvent> events = new ArrayList<>();
        private @Nullable Snapshot snapshot;
        private long changedAtMillis;

        private Cursor cursorBefore(int index) {
            return index == 0 ? start : events.get(index - 1).at();
        }

        private boolean has(Cursor at) {
            long index = at.seq() - start.seq();
            return index >= 0
                    && index <= events.size()
                    && cursorBefore((int) index).equals(at);
        }

        private Page pageFrom(int first) {
            int end = first;
            long bytes = 0;
            while (end < Math.min(events.size(), first + Page.MAX_EVENTS) && bytes < Page.MAX_BYTES) {
                bytes += events.get(end++).body().length;
            }
            return new Page(List.copyOf(events.subList(first, end)));
        }

        private boolean isNewer(Cursor at) {
            return snapshot == null || snapshot.at().seq() < at.seq();
        }

        private void trimTo(long seq) {
            int count = (int) Math.max(0, seq - start.seq());
            if (count > 0) {
                start = cursorBefore(count);
                events.subList(0, count).clear();
            }
        }
    }
}

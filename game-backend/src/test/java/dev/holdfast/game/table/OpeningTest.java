package dev.holdfast.game.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import dev.holdfast.game.observe.GameMeters;
import dev.holdfast.game.rules.GameRules;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.rules.RulesBook;
import dev.holdfast.game.rules.relay.RelayRules;
import dev.holdfast.game.seat.SeatPolicy;
import dev.holdfast.game.seat.SeatProperties;
import dev.holdfast.game.wire.Entry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/// A state and the events after it make a game only if they touch.
class OpeningTest {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final GameId GAME = new GameId("g");
    private static final RulesBook BOOK = new RulesBook(List.of(new RelayRules()));

    /// On which a store answers that has one thread for everything.
    private static final Scheduler STORE = Schedulers.newSingle("store", true);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void a_game_opens_if_its_snapshot_touches_the_events_that_are_kept() {
        assertThat(open(10, 20, 10)).isEqualTo(20);
        assertThat(open(10, 20, 20)).isEqualTo(20);
        assertThat(open(0, 20, 0)).isEqualTo(20);
    }

    @Test
    void a_snapshot_ahead_of_the_log_is_refused() {
        assertThatThrownBy(() -> open(10, 20, 21))
                .isInstanceOf(Diverged.class)
                .hasMessage("game g has no event 21.t21 (its head is 20.t20)");
        assertThatThrownBy(() -> open(0, 0, 5)).isInstanceOf(Diverged.class);
    }

    @Test
    void a_snapshot_of_another_history_is_refused() {
        for (long start : new long[] {0, 10}) {
            assertThatThrownBy(() -> open(new Shelf(start, 20, new Cursor(15, "other"), "relay")))
                    .isInstanceOf(Diverged.class)
                    .hasMessage("game g has no event 15.other (its head is 15.t15)");
            assertThatThrownBy(() -> open(new Shelf(start, 20, new Cursor(20, "other"), "relay")))
                    .isInstanceOf(Diverged.class);
        }
        assertThatThrownBy(() -> open(new Shelf(10, 20, new Cursor(10, "other"), "relay")))
                .isInstanceOf(Diverged.class);
        assertThat(failures("history")).isEqualTo(5);
    }

    @Test
    void events_that_begin_after_the_snapshot_are_refused() {
        assertThatThrownBy(() -> open(10, 20, 9)).isInstanceOf(Truncated.class);
        assertThatThrownBy(() -> open(10, 20, 0)).isInstanceOf(Truncated.class);
    }

    @Test
    void a_store_that_lost_something_is_counted_apart_from_one_that_cannot_be_read_and_from_a_game_of_other_rules() {
        assertThatThrownBy(() -> open(10, 20, 21)).isInstanceOf(Diverged.class);
        assertThat(failures("history")).isEqualTo(1);

        assertThatThrownBy(() -> open(new Shelf(0, 20, Cursor.ORIGIN, "chess")))
                .isInstanceOf(UnreadableGame.class)
                .hasMessage("game g cannot be followed by this release: rules chess in a log (expected: one of relay)");
        assertThat(failures("unreadable")).isEqualTo(1);
        assertThatThrownBy(() -> open(new Shelf(0, 20, at(7), "chess"))).isInstanceOf(UnreadableGame.class);
        assertThat(failures("unreadable")).isEqualTo(2);

        assertThat(failures("read")).isZero();
    }

    @Test
    void a_game_is_read_off_the_thread_of_the_store() {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        var relay = new RelayRules();
        var watched = (GameRules<?>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {GameRules.class}, (_, method, arguments) -> {
                    if (Set.of("load", "fold").contains(method.getName())) {
                        threads.add(method.getName() + " on "
                                + Thread.currentThread().getName().replaceAll("-.*", ""));
                    }
                    return method.invoke(relay, arguments);
                });

        assertThat(open(new Shelf(10, 20, at(15), "relay"), new RulesBook(List.of(watched))))
                .isEqualTo(20);

        assertThat(threads).containsExactlyInAnyOrder("load on table", "fold on table");
    }

    private double failures(String kind) {
        return registry.get("holdfast.store.failures")
                .tag("kind", kind)
                .counter()
                .count();
    }

    /// Where the opened game stands.
    ///
    /// @param snapshot 0 for none
    private long open(long start, long head, long snapshot) {
        return open(new Shelf(start, head, at(snapshot), "relay"));
    }

    private static Cursor at(long seq) {
        return seq == 0 ? Cursor.ORIGIN : new Cursor(seq, "t" + seq);
    }

    private long open(Shelf log) {
        return open(log, BOOK);
    }

    private long open(Shelf log, RulesBook book) {
        var seats = new SeatProperties(SeatPolicy.CLAIM, Duration.ofSeconds(60));
        try (var tables =
                new Tables(log, book, new GameMeters(registry), seats, Schedulers.newSingle("table"), new Random(1))) {
            return tables.find(GAME)
                    .flatMap(Table::inspect)
                    .blockOptional(DEADLINE)
                    .orElseThrow()
                    .seq();
        }
    }

    /// A log that is only read.
    ///
    /// @param snapshot [Cursor#ORIGIN] for none
    private record Shelf(long start, long head, Cursor snapshot, String rules) implements GameLog {
        @Override
        public Mono<Cursor> head(GameId game) {
            return Mono.just(at(head));
        }

        @Override
        public Mono<Page> read(GameId game, Cursor after) {
            if (after.seq() < start) {
                return Mono.error(new Truncated(game, after, at(start)));
            }
            return Mono.just(new Page(LongStream.rangeClosed(after.seq() + 1, head)
                            .mapToObj(seq -> new StoredEvent(at(seq), entry(seq).encode()))
                            .toList()))
                    .publishOn(STORE);
        }

        private Entry entry(long seq) {
            if (seq == 1) {
                return new Entry.Created(rules, 1);
            }
            return snapshot.equals(Cursor.ORIGIN)
                    ? new Entry.Noted("p", "c" + seq)
                    : new Entry.Played("p", Optional.empty(), JsonObject.of("type", "say"));
        }

        @Override
        public Mono<Snapshot> snapshot(GameId game) {
            var state = new GameState(BOOK);
            state.apply(1, new Entry.Created("relay", 1));
            String saved = new String(state.save(), StandardCharsets.UTF_8).replace("relay", rules);
            return snapshot.equals(Cursor.ORIGIN)
                    ? Mono.empty()
                    : Mono.just(new Snapshot(snapshot, saved.getBytes(StandardCharsets.UTF_8)))
                            .publishOn(STORE);
        }

        @Override
        public Flux<Cursor> hints(GameId game) {
            return Flux.never();
        }

        @Override
        public boolean isShared() {
            return false;
        }

        @Override
        public Mono<AppendResult> append(GameId game, Cursor expected, List<NewEvent> batch) {
            return Mono.error(new UnsupportedOperationException());
        }

        @Override
        public Mono<Void> snapshot(GameId game, Cursor at, byte[] state, long trimUpTo) {
            return Mono.error(new UnsupportedOperationException());
        }
    }
}

package dev.holdfast.game.table;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.GameLog;
import dev.holdfast.game.observe.GameMeters;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.rules.RulesBook;
import dev.holdfast.game.rules.relay.RelayRules;
import dev.holdfast.game.rules.tictactoe.TicTacToeRules;
import dev.holdfast.game.seat.SeatPolicy;
import dev.holdfast.game.seat.SeatProperties;
import dev.holdfast.game.seat.Visitor;
import dev.holdfast.game.wire.Attempt;
import dev.holdfast.game.wire.CommandId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/// The tables of one process, whose time the test moves.
final class Replica {
    static final RulesBook BOOK = new RulesBook(List.of(new RelayRules(), new TicTacToeRules(), new BrokenRules()));
    static final Duration GRACE = Duration.ofSeconds(60);

    private static final Duration STEP = Duration.ofSeconds(1);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final SharedLog log;
    private final Tables tables;

    /// @param store what all replicas of the test share
    Replica(GameLog store, long seed) {
        this(store, seed, TailBudget.ofHeap());
    }

    Replica(GameLog store, long seed, TailBudget budget) {
        this(new SharedLog(store, true), seed, budget);
    }

    /// The only process that has the store.
    static Replica alone(GameLog store, long seed) {
        return new Replica(new SharedLog(store, false), seed, TailBudget.ofHeap());
    }

    private Replica(SharedLog log, long seed, TailBudget budget) {
        this.log = log;
        this.tables = new Tables(
                log,
                BOOK,
                new GameMeters(meters),
                new SeatProperties(SeatPolicy.OPEN, GRACE),
                time,
                new Random(seed),
                budget);
    }

    Tables tables() {
        return tables;
    }

    SharedLog log() {
        return log;
    }

    /// From now on the store takes its time to tell a game's head.
    void delayHead(Duration delay) {
        log.pauseBeforeHead(Mono.delay(delay, time));
    }

    /// What was counted of this kind.
    double storeFailures(String kind) {
        return meters.get("holdfast.store.failures").tag("kind", kind).counter().count();
    }

    void create(GameId game, String rules) {
        var _ = tables.create(game, BOOK.find(rules).orElseThrow()).subscribe();
    }

    Player seat(GameId game, String name, Optional<Cursor> since) {
        return seat(game, name, "session-of-" + name, since);
    }

    Player seat(GameId game, String name, String session, Optional<Cursor> since) {
        return take(game, name, session, Optional.empty(), since);
    }

    /// The seat is asked for by one of a client's connections, counted from 1.
    Player dial(GameId game, String name, String session, int number) {
        return take(game, name, session, Optional.of(new Attempt("tab", number)), Optional.empty());
    }

    private Player take(GameId game, String name, String session, Optional<Attempt> attempt, Optional<Cursor> since) {
        var player = new Player(name, session);
        var visitor = new Visitor(name, session, attempt.isPresent(), attempt, Optional.empty(), Optional.empty());
        tables.submit(game, new Request.Take(player, visitor, since));
        time.advanceTime();
        return player;
    }

    void act(GameId game, Player player, JsonObject body) {
        act(game, player, body, _ -> {});
    }

    void act(GameId game, Player player, JsonObject body, Consumer<Outcome> answer) {
        act(game, player, Optional.empty(), body, answer);
    }

    void act(GameId game, Player player, Optional<CommandId> id, JsonObject body, Consumer<Outcome> answer) {
        tables.submit(game, new Request.Act(player, id, Optional.empty(), body, answer));
        time.advanceTime();
    }

    /// The game as a spectator may know it, or why not.
    Inspection inspect(GameId game) {
        var found = tables.find(game).flatMap(Table::inspect).toFuture();
        time.advanceTime();
        return found.orTimeout(10, TimeUnit.SECONDS).join();
    }

    /// What happens to all of them meanwhile.
    static void pass(Duration duration, Replica... replicas) {
        for (Duration passed = Duration.ZERO; passed.compareTo(duration) < 0; passed = passed.plus(STEP)) {
            for (Replica replica : replicas) {
                replica.time.advanceTimeBy(STEP);
            }
        }
    }

    /// Ends as a killed process does: nothing that it had in mind happens any more.
    void kill() {
        log.cut();
        tables.close();
    }

    /// A connection that remembers what it was told.
    static final class Player implements Attendee {
        private final String name;
        private final String session;
        private final Map<String, Presence> presences = new HashMap<>();
        private final List<String> shown = new ArrayList<>();
        private @Nullable Table table;
        private @Nullable Welcome welcome;
        private @Nullable Ending ending;
        private boolean hasBroken;

        private Player(String name, String session) {
            this.name = name;
            this.session = session;
        }

        @Override
        public String player() {
            return name;
        }

        @Override
        public String session() {
            return session;
        }

        @Override
        public boolean hasEnded() {
            return hasBroken;
        }

        @Override
        public boolean hasBroken() {
            return hasBroken;
        }

        @Override
        public void seated(Table found, Welcome given) {
            table = found;
            welcome = given;
        }

        @Override
        public void show(List<Shown> events) {
            events.forEach(event ->
                    event.body().ifPresent(body -> shown.add(body.body().type())));
        }

        @Override
        public void present(Map<String, Presence> players) {
            presences.putAll(players);
        }

        @Override
        public void ended(Ending why) {
            ending = why;
        }

        /// The types of the events shown.
        List<String> shown() {
            return shown;
        }

        /// Where another player is, as far as it was told.
        @Nullable
        Presence presenceOf(String other) {
            return presences.get(other);
        }

        Table table() {
            if (table == null) {
                throw new IllegalStateException(name + " has no seat: " + ending);
            }
            return table;
        }

        Welcome welcome() {
            if (welcome == null) {
                throw new IllegalStateException(name + " has no seat: " + ending);
            }
            return welcome;
        }

        void lose() {
            table().depart(this, Departure.LOST);
        }

        void leave() {
            table().depart(this, Departure.LEFT);
        }

        void move() {
            table().depart(this, Departure.MOVED);
        }

        /// The connection breaks, of which its table has yet to hear.
        void cut() {
            hasBroken = true;
        }

        /// Why it no longer attends, null if it does.
        @Nullable
        Ending ending() {
            return ending;
        }
    }
}

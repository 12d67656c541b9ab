package dev.holdfast.game.table;

import dev.holdfast.game.log.AppendResult;
import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.GameLog;
import dev.holdfast.game.log.NewEvent;
import dev.holdfast.game.log.ReadFailure;
import dev.holdfast.game.log.ReadFailure.Truncated;
import dev.holdfast.game.observe.GameMeters;
import dev.holdfast.game.observe.GameMeters.StoreFailure;
import dev.holdfast.game.rules.GameRules;
import dev.holdfast.game.rules.RulesBook;
import dev.holdfast.game.seat.SeatProperties;
import dev.holdfast.game.wire.Entry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// The games in play in this process. A game that is asked for is read from its log; one that nobody uses for a
/// minute is let go. Safe from any thread.
public final class Tables implements AutoCloseable {
    private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(5);

    /// Games that are read from the store at once; each holds a page and a tail meanwhile. Enough that a thousand games
    /// are open within [#LOAD_TIMEOUT], though the first of them keep the machine busy.
    private static final int LOADS = 16;
    /// Then whoever waits for the game hears that the store cannot be reached, and comes again.
    private static final Duration LOAD_TIMEOUT = Duration.ofSeconds(10);

    private static final Logger logger = LoggerFactory.getLogger(Tables.class);

    private final GameLog log;
    private final RulesBook book;
    private final GameMeters meters;
    private final SeatProperties seats;
    private final Scheduler scheduler;
    private final RandomGenerator random;
    private final Map<GameId, Mono<Table>> open = new ConcurrentHashMap<>();
    private final Map<GameId, Table> inPlay = new ConcurrentHashMap<>();
    private final TailBudget tailBudget;
    private final Outage outage;
    private final Turnstile loads = new Turnstile(LOADS);
    private final Disposable sweeps;

    /// @param scheduler gives each table a worker, and the time
    /// @param random unpredictable, since clients must not guess a cursor
    public Tables(
            GameLog log,
            RulesBook book,
            GameMeters meters,
            SeatProperties seats,
            Scheduler scheduler,
            RandomGenerator random) {
        this(log, book, meters, seats, scheduler, random, TailBudget.ofHeap());
    }

    Tables(
            GameLog log,
            RulesBook book,
            GameMeters meters,
            SeatProperties seats,
            Scheduler scheduler,
            RandomGenerator random,
            TailBudget tailBudget) {
        this.log = log;
        this.book = book;
        this.meters = meters;
        this.seats = seats;
        this.scheduler = scheduler;
        this.random = random;
        this.tailBudget = tailBudget;
        this.outage = new Outage(scheduler);
        this.sweeps =
                Flux.interval(SWEEP_INTERVAL, scheduler).onBackpressureDrop().subscribe(_ -> sweep());
    }

    GameLog log() {
        return log;
    }

    GameMeters meters() {
        return meters;
    }

    SeatProperties seats() {
        return seats;
    }

    Outage outage() {
        return outage;
    }

    TailBudget tailBudget() {
        return tailBudget;
    }

    RandomGenerator random() {
        return random;
    }

    int sweepsPerGrace() {
        return Math.clamp(seats.grace().dividedBy(SWEEP_INTERVAL), 1, Integer.MAX_VALUE);
    }

    Scheduler scheduler() {
        return scheduler;
    }

    Scheduler.Worker newWorker() {
        return scheduler.createWorker();
    }

    /// The game's table, or empty if there is no such game.
    public Mono<Table> find(GameId game) {
        return Mono.defer(() -> open.computeIfAbsent(game, this::load));
    }

    /// The game's table; a game that does not exist begins now, with [RulesBook#DEFAULT].
    ///
    /// @param permission asked for before it begins; with its failure nothing does
    public Mono<Table> findOrCreate(GameId game, Mono<Void> permission) {
        return find(game)
                .switchIfEmpty(permission.then(Mono.defer(() ->
                        create(game, book.find(RulesBook.DEFAULT).orElseThrow()).then(findCreated(game)))));
    }

    /// The table of a game that was there a moment ago.
    public Mono<Table> findCreated(GameId game) {
        return find(game)
                // That may have been a reading that somebody else had begun before the game was there; the next is not
                .switchIfEmpty(find(game))
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("game " + game + " is not there any more")));
    }

    /// Completes with whether the game is new; `false` if it was there already, with whatever rules.
    public Mono<Boolean> create(GameId game, GameRules<?> rules) {
        var created = new Entry.Created(rules.name(), rules.version());
        var event = new NewEvent(Cursor.newTag(random), created.encode());
        return log.append(game, Cursor.ORIGIN, List.of(event))
                .doOnError(failure -> {
                    meters.storeFailed(StoreFailure.APPEND);
                    outage.failed(game, "the beginning", failure);
                })
                .map(AppendResult.Appended.class::isInstance);
    }

    /// At most `max` of the games in play here, in no particular order.
    public List<GameId> inPlay(int max) {
        return inPlay.keySet().stream().limit(max).toList();
    }

    /// Completes when all mailboxes are empty.
    public Mono<Void> finish() {
        return Mono.defer(
                () -> Flux.fromIterable(inPlay.values()).flatMap(Table::finish).then());
    }

    /// Hands a request to the game's table, opening it if need be.
    void submit(GameId game, Request request) {
        Disposable ignored = findOrCreate(game, Mono.empty())
                .subscribe(
                        table -> table.submit(request),
                        _ -> request.refuse("The game cannot be opened; try again in a moment."));
    }

    void forget(Table table) {
        inPlay.remove(table.id());
        open.remove(table.id());
    }

    private Mono<Table> load(GameId game) {
        return loads.pass(read(game, Cursor.ORIGIN))
                .timeout(LOAD_TIMEOUT, scheduler)
                .filter(reading -> !reading.isEmpty())
                .map(reading -> seat(game, reading))
                .doOnError(failure -> {
                    notOpened(game, failure);
                    open.remove(game);
                })
                .switchIfEmpty(Mono.fromRunnable(() -> open.remove(game)))
                .cache();
    }

    private void notOpened(GameId game, Throwable failure) {
        StoreFailure kind = kindOf(failure);
        meters.storeFailed(kind);
        if (kind == StoreFailure.READ) {
            outage.failed(game, "a read", failure);
        } else {
            logger.warn("game {}: cannot be opened: {}", game, failure.toString());
        }
    }

    private static StoreFailure kindOf(Throwable failure) {
        return switch (failure) {
            case UnreadableGame _ -> StoreFailure.UNREADABLE;
            case ReadFailure _ -> StoreFailure.HISTORY;
            default -> StoreFailure.READ;
        };
    }

    // On the tables' threads: the store's own, which may have but one, brings the answers to all other games' appends.
    // A log that was trimmed is read from its start on, with the snapshot of then: the older one may have a gap to it.
    private Mono<Reading> read(GameId game, Cursor start) {
        return log.snapshot(game)
                .publishOn(scheduler)
                .map(found -> begin(
                        game,
                        UnreadableGame.unless(game, () -> GameState.load(book, found.state())),
                        start,
                        found.at()))
                .switchIfEmpty(Mono.fromSupplier(() -> begin(game, new GameState(book), start, Cursor.ORIGIN)))
                .flatMap(reading -> readPages(game, reading))
                .onErrorResume(Truncated.class, truncated -> read(game, truncated.oldest()));
    }

    private Reading begin(GameId game, GameState state, Cursor start, Cursor snapshot) {
        return new Reading(state, new Tail(start), new Snapshots(game, log, start, snapshot), start, snapshot);
    }

    private Mono<Reading> readPages(GameId game, Reading reading) {
        return Mono.defer(() -> log.read(game, reading.head()))
                .publishOn(scheduler)
                .doOnNext(page -> reading.add(game, page))
                .repeat()
                .takeUntil(page -> !page.isFull())
                .then(Mono.just(reading));
    }

    private Table seat(GameId game, Reading reading) {
        reading.requireWhole(game);
        var table = new Table(game, reading, this);
        inPlay.put(game, table);
        table.start();
        return table;
    }

    // Each game has its own moment of the interval to ask the store: thousands at once would keep it from all else.
    private void sweep() {
        inPlay.forEach((game, table) -> {
            table.sweep();
            if (log.isShared()) {
                table.lookForNews(Duration.ofMillis(Math.floorMod(game.hashCode(), SWEEP_INTERVAL.toMillis())));
            }
        });
    }

    @Override
    public void close() {
        sweeps.dispose();
        scheduler.dispose();
    }
}

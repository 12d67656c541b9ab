package dev.holdfast.e2e;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Players in games, who talk all the time until they are told to finish. Driven by one thread; the players live on a
/// loop of their own.
final class Run implements AutoCloseable {
    private static final Duration USUAL_PACE = Duration.ofMillis(200);
    private static final Duration USUAL_LIMIT = Duration.ofSeconds(90);
    private static final long TICK_MILLIS = 20;
    private static final long START_EVERY_MICROS = 5_000;

    private final Services services;
    private final Archive archive;
    private final RandomGenerator random;
    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("players").factory());
    private final Set<String> games = new LinkedHashSet<>();
    private final List<Player> players = new ArrayList<>();
    private final List<PlainPlayer> plainPlayers = new ArrayList<>();
    private final Duration pace;
    private final Duration limit;
    private boolean isTalking;
    private long talkingSinceNanos;
    private long spoken;

    Run(Services services, long seed) {
        this(services, seed, USUAL_PACE, USUAL_LIMIT);
    }

    /// @param pace how often each player says something
    /// @param limit how long anything may take
    Run(Services services, long seed, Duration pace, Duration limit) {
        this.services = services;
        this.pace = pace;
        this.limit = limit;
        this.archive = new Archive(services.log());
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        loop.scheduleAtFixedRate(this::talk, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /// Seats v1 players, round robin over the entrances.
    Run v1(String game, int count, Habits habits) {
        games.add(game);
        for (int i = 1; i <= count; i++) {
            players.add(new Player(
                    entrance(i),
                    game,
                    "v" + i,
                    habits,
                    loop,
                    RandomGeneratorFactory.of("L64X128MixRandom").create(random.nextLong())));
        }
        return this;
    }

    /// Seats plain players, round robin over the entrances.
    Run plain(String game, int count) {
        games.add(game);
        List<PlainPlayer> table = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            table.add(new PlainPlayer(entrance(i), game, "p" + i, loop, table));
        }
        plainPlayers.addAll(table);
        return this;
    }

    private URI entrance(int index) {
        return services.entrances().get(index % services.entrances().size());
    }

    /// All connect; returns when everybody is connected, and talking goes on from then.
    Run start() {
        long delayMicros = 0;
        for (Talker talker : talkers()) {
            loop.schedule(talker::start, delayMicros, TimeUnit.MICROSECONDS);
            delayMicros += START_EVERY_MICROS;
        }
        awaitSettled();
        isTalking(true);
        return this;
    }

    private List<Talker> talkers() {
        List<Talker> all = new ArrayList<>(players);
        all.addAll(plainPlayers);
        return all;
    }

    // One after the other, evenly.
    private void talk() {
        List<Talker> all = talkers();
        long due = isTalking ? (System.nanoTime() - talkingSinceNanos) * all.size() / pace.toNanos() : 0;
        for (; spoken < due; spoken++) {
            all.get((int) (spoken % all.size())).say();
        }
    }

    void isTalking(boolean now) {
        ask(() -> {
            talkingSinceNanos = System.nanoTime();
            spoken = 0;
            isTalking = now;
            return true;
        });
    }

    /// Messages of all players that have arrived.
    int arrived() {
        return ask(() -> talkers().stream().mapToInt(Talker::arrived).sum());
    }

    /// Until so many more messages of each player have arrived.
    void awaitProgress(int messages) {
        List<Integer> goals = ask(() ->
                talkers().stream().map(talker -> talker.arrived() + messages).toList());
        await("progress of everybody", () -> {
            List<Talker> all = talkers();
            for (int i = 0; i < all.size(); i++) {
                if (all.get(i).arrived() < goals.get(i)) {
                    return false;
                }
            }
            return true;
        });
    }

    /// Until everybody is connected and nothing is on its way.
    void awaitSettled() {
        await("everybody settled", () -> talkers().stream().allMatch(Talker::isSettled));
    }

    /// Does something to each game while nobody talks and everybody has seen all, and then lets them talk again.
    void whileQuiet(Consumer<String> action) {
        isTalking(false);
        awaitSettled();
        awaitEnd();
        games.forEach(action);
        isTalking(true);
        awaitProgress(1);
    }

    /// Breaks the connections of about half of the v1 players.
    void cutSome() {
        ask(() -> {
            players.stream().filter(_ -> random.nextBoolean()).forEach(Player::cut);
            return true;
        });
    }

    /// Stops talking, waits until all is settled and reads the logs.
    void finish() {
        isTalking(false);
        awaitSettled();
        awaitEnd();
    }

    private void awaitEnd() {
        collect();
        await(
                "end of the log at everybody",
                () -> players.stream().allMatch(player -> player.isAtEndOf(archive.log(player.game()))));
    }

    void collect() {
        games.forEach(archive::collect);
    }

    /// What was wrong, as sentences.
    List<String> violations() {
        List<History> histories = histories();
        List<String> all = new ArrayList<>(archive.violations());
        for (String game : games) {
            all.addAll(Checker.check(
                    game,
                    archive.log(game),
                    histories.stream()
                            .filter(history -> history.game().equals(game))
                            .toList()));
        }
        all.addAll(ask(() -> talkers().stream()
                .flatMap(talker -> talker.complaints().stream())
                .toList()));
        return all;
    }

    List<History> histories() {
        return ask(() -> players.stream().map(Player::history).toList());
    }

    Tally v1Tally(long sinceNanos) {
        return Tally.ofV1(histories(), archive, sinceNanos);
    }

    Tally plainTally(long sinceNanos) {
        return ask(() -> Tally.ofPlain(plainPlayers, sinceNanos));
    }

    boolean hasV1() {
        return !players.isEmpty();
    }

    boolean hasPlain() {
        return !plainPlayers.isEmpty();
    }

    private void await(String what, Supplier<Boolean> condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!ask(condition)) {
            if (System.nanoTime() > deadline) {
                collect();
                throw new AssertionError("no " + what + " within " + limit + ":\n"
                        + String.join(
                                "\n",
                                ask(() -> talkers().stream().map(Talker::status).toList())) + "\n"
                        + String.join("\n", violations()));
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private <T> T ask(Supplier<T> question) {
        return CompletableFuture.supplyAsync(question, loop)
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        ask(() -> {
            talkers().forEach(Talker::stop);
            return true;
        });
        loop.shutdownNow();
    }
}

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
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Players in games, who talk all the time until they are told to finish. Driven by one thread; the players live on a
/// loop of their own.
final class Run implements AutoCloseable {
    private static final long TALK_EVERY_MILLIS = 200;
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final Services services;
    private final Archive archive;
    private final RandomGenerator random;
    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("players").factory());
    private final Set<String> games = new LinkedHashSet<>();
    private final List<Player> players = new ArrayList<>();
    private final List<PlainPlayer> plainPlayers = new ArrayList<>();
    private boolean isTalking;

    Run(Services services, long seed) {
        this.services = services;
        this.archive = new Archive(services.log());
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        loop.scheduleAtFixedRate(this::talk, TALK_EVERY_MILLIS, TALK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
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
        ask(() -> {
            talkers().forEach(Talker::start);
            return true;
        });
        awaitSettled();
        isTalking(true);
        return this;
    }

    private List<Talker> talkers() {
        List<Talker> all = new ArrayList<>(players);
        all.addAll(plainPlayers);
        return all;
    }

    private void talk() {
        if (isTalking) {
            talkers().forEach(Talker::say);
        }
    }

    private void isTalking(boolean now) {
        ask(() -> isTalking = now);
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

    private List<History> histories() {
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
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!ask(condition)) {
            if (System.nanoTime() > deadline) {
                collect();
                throw new AssertionError("no " + what + " within " + LIMIT + ":\n"
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
                .orTimeout(10, TimeUnit.SECONDS)
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

package dev.holdfast.game.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.BaseUnits;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// The meters of the games: docs/architecture.md, "Metrics". Safe from any thread.
public final class GameMeters {
    private static final String COMMANDS = "holdfast.commands";
    private static final String SEATS = "holdfast.seats";

    private final MeterRegistry registry;
    private final Timer append;
    private final Timer fanout;
    private final Counter conflicts;
    private final AtomicInteger storeFlaws = new AtomicInteger();
    private final AtomicLong storeMemoryUsed = new AtomicLong();
    private final AtomicLong storeMemoryLimit = new AtomicLong();
    private final MultiGauge storeMemoryUsedGauge;
    private final MultiGauge storeMemoryLimitGauge;
    private final AtomicInteger tables = new AtomicInteger();
    private final AtomicInteger seatsHere = new AtomicInteger();
    private final AtomicInteger seatsAway = new AtomicInteger();

    public GameMeters(MeterRegistry registry) {
        this.registry = registry;
        append = timer("holdfast.append", "From asking the store to its answer that a batch is durable");
        fanout = timer(
                "holdfast.event.fanout", "From a batch being durable to its events being queued for all sessions");
        conflicts = Counter.builder("holdfast.append.conflicts")
                .description("Appends that found another replica's events at the head")
                .register(registry);
        Gauge.builder("holdfast.store.flaws", storeFlaws, AtomicInteger::get)
                .description(
                        "Settings with which the store may lose what it acknowledged, found when it was last reconnected")
                .register(registry);
        storeMemoryUsedGauge = bytes("holdfast.store.memory.used", "What the store takes of its memory");
        storeMemoryLimitGauge =
                bytes("holdfast.store.memory.limit", "What the store may take; then it refuses every move");
        Gauge.builder("holdfast.tables", tables, AtomicInteger::get)
                .description("Games in play in this process")
                .register(registry);
        seats("here", seatsHere);
        seats("away", seatsAway);
        ConsoleQueue.inUse()
                .ifPresent(queue -> FunctionCounter.builder("holdfast.log.lines.dropped", queue, ConsoleQueue::dropped)
                        .description("Lines not written, since nobody read the output fast enough")
                        .register(registry));
        // From the start, so that the first of a kind is an increase
        Stream.of("applied", "duplicate").forEach(this::commands);
        Stream.of(StoreFailure.values()).forEach(this::storeFailures);
        Stream.of("fresh", "replay", "snapshot", "reset").forEach(this::resumes);
    }

    private Timer timer(String name, String description) {
        return Timer.builder(name)
                .description(description)
                .publishPercentileHistogram()
                .register(registry);
    }

    private MultiGauge bytes(String name, String description) {
        return MultiGauge.builder(name)
                .description(description)
                .baseUnit(BaseUnits.BYTES)
                .register(registry);
    }

    private void seats(String state, AtomicInteger count) {
        Gauge.builder(SEATS, count, AtomicInteger::get)
                .description("Seats of the games in play, by whether their player is connected to this process")
                .tag("state", state)
                .register(registry);
    }

    /// What a store did not do.
    public enum StoreFailure {
        /// It did not say that an append is durable.
        APPEND,
        /// It could not be read.
        READ,
        /// It holds another history than a table had read from it.
        HISTORY,
        /// It gave a game that this release cannot follow.
        UNREADABLE
    }

    /// @param count of settings with which the store may lose what it acknowledged
    public void storeFlaws(int count) {
        storeFlaws.set(count);
    }

    /// Shown only of a store that has a limit.
    ///
    /// @param limit bytes, 0 for none
    public void storeMemory(long used, long limit) {
        storeMemoryUsed.set(used);
        storeMemoryLimit.set(limit);
        storeMemoryUsedGauge.register(limit > 0 ? row(storeMemoryUsed) : List.of());
        storeMemoryLimitGauge.register(limit > 0 ? row(storeMemoryLimit) : List.of());
    }

    private static List<MultiGauge.Row<?>> row(AtomicLong bytes) {
        return List.of(MultiGauge.Row.of(Tags.empty(), bytes, AtomicLong::get));
    }

    public void storeFailed(StoreFailure kind) {
        storeFailures(kind).increment();
    }

    private Counter storeFailures(StoreFailure kind) {
        return Counter.builder("holdfast.store.failures")
                .description(
                        "What the games' store did not do: an append, a read, keep the history it had, hold a game this release can read")
                .tag("kind", kind.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    /// @param outcome `applied`, `duplicate` or an error code
    public void command(String outcome) {
        commands(outcome).increment();
    }

    /// @param kind `fresh`, `replay`, `snapshot` or `reset`
    public void resumed(String kind) {
        resumes(kind).increment();
    }

    private Counter commands(String outcome) {
        return Counter.builder(COMMANDS)
                .description("Commands, by what became of them: applied, duplicate, or an error code")
                .tag("outcome", outcome)
                .register(registry);
    }

    private Counter resumes(String kind) {
        return Counter.builder("holdfast.resumes")
                .description("Clients that came with a cursor or without one, by what they were given")
                .tag("kind", kind)
                .register(registry);
    }

    /// Starts a measurement for [#appended] or [#fannedOut].
    public Timer.Sample start() {
        return Timer.start(registry);
    }

    public void appended(Timer.Sample asked) {
        asked.stop(append);
    }

    public void fannedOut(Timer.Sample durable) {
        durable.stop(fanout);
    }

    public void conflict() {
        conflicts.increment();
    }

    public void tableOpened() {
        tables.incrementAndGet();
    }

    public void tableClosed() {
        tables.decrementAndGet();
    }

    /// Changes the numbers of seats; both may be negative.
    public void seats(int here, int away) {
        seatsHere.addAndGet(here);
        seatsAway.addAndGet(away);
    }
}

package dev.holdfast.game.log.sqlite;

import dev.holdfast.game.log.sqlite.Connections.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/// The one thread that writes. Whatever has gathered while the last commit was under way goes into the next one, so
/// that one fsync serves many games (group commit).
final class Writer implements AutoCloseable {
    private static final int MAX_WAITING = 10_000;
    private static final int MAX_GROUP = 512;
    private static final long CHORE_INTERVAL_MILLIS = Duration.ofMinutes(10).toMillis();
    private static final long CLOSE_TIMEOUT_MILLIS = 10_000;
    private static final Logger log = LoggerFactory.getLogger(Writer.class);

    private record Job<T>(Work<T> work, MonoSink<T> sink) {
        /// Does the work; what is returned tells the result, once that is on the disk.
        Runnable run(Connection connection) throws SQLException {
            T result = work.run(connection);
            return () -> sink.success(result);
        }
    }

    private final BlockingQueue<Job<?>> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Connections connections;
    private final Work<Boolean> chore;
    private final InstantSource clock;
    private final Thread thread;
    private volatile boolean isClosed;

    /// @param connections closed with the writer
    /// @param chore done at the start and then every [#CHORE_INTERVAL_MILLIS]; while it answers that more is
    /// left, again after each group
    Writer(Connections connections, Work<Boolean> chore, InstantSource clock) {
        this.connections = connections;
        this.chore = chore;
        this.clock = clock;
        this.thread = Thread.ofPlatform().name("sqlite-writer").start(this::run);
    }

    /// Completes when the work's transaction is on the disk; an error means that it had no effect, or that nobody
    /// knows.
    /// Work may be done more than once before it has an effect.
    <T> Mono<T> write(Work<T> work) {
        return Mono.create(sink -> {
            if (isClosed || !waiting.offer(new Job<>(work, sink))) {
                sink.error(new SQLException(isClosed ? "the log is closed" : "too many writes wait for the disk"));
            }
        });
    }

    private void run() {
        try (connections) {
            long choreAtMillis = clock.millis();
            while (!isClosed || !waiting.isEmpty()) {
                Job<?> first = waiting.poll(untilMillis(choreAtMillis), TimeUnit.MILLISECONDS);
                if (first != null) {
                    commit(groupWith(first));
                }
                if (first == null || untilMillis(choreAtMillis) == 0) {
                    choreAtMillis = clock.millis() + (doChore() ? 0 : CHORE_INTERVAL_MILLIS);
                }
            }
        } catch (InterruptedException interrupted) {
            log.error("the SQLite writer was interrupted and ends, no game can go on");
        } finally {
            isClosed = true;
        }
    }

    // At most the interval, also after the clock was set back.
    private long untilMillis(long atMillis) {
        return Math.clamp(atMillis - clock.millis(), 0, CHORE_INTERVAL_MILLIS);
    }

    private List<Job<?>> groupWith(Job<?> first) {
        List<Job<?>> group = new ArrayList<>();
        group.add(first);
        waiting.drainTo(group, MAX_GROUP - 1);
        return group;
    }

    // The next group starts afresh, whatever became of this one: the disk may have room again.
    private void commit(List<Job<?>> group) {
        List<Runnable> answers = new ArrayList<>();
        try {
            connections.<Void>write(connection -> {
                for (Job<?> job : group) {
                    answers.add(job.run(connection));
                }
                return null;
            });
        } catch (SQLException failure) {
            group.forEach(job -> job.sink().error(failure));
            return;
        } catch (RuntimeException bug) {
            commitOneByOne(group, bug);
            return;
        }
        answers.forEach(Runnable::run);
    }

    // The other games of the group have no part in one's failure.
    private void commitOneByOne(List<Job<?>> group, RuntimeException bug) {
        if (group.size() == 1) {
            group.getFirst().sink().error(bug);
        } else {
            group.forEach(job -> commit(List.of(job)));
        }
    }

    // Whether more of it is left to do at once.
    private boolean doChore() {
        try {
            return Boolean.TRUE.equals(connections.write(chore));
        } catch (SQLException | RuntimeException failure) {
            log.warn("games that have expired stay for now, the next attempt follows: {}", failure.toString());
            return false;
        }
    }

    /// Writes what is waiting, then ends.
    @Override
    public void close() {
        isClosed = true;
        Mono<Void> wakeUp = Mono.create(sink -> {
            if (!waiting.offer(new Job<>(_ -> null, sink))) {
                sink.success();
            }
        });
        var woken = wakeUp.subscribe(_ -> {}, failure -> log.warn("the last write failed: {}", failure.toString()));
        try {
            thread.join(CLOSE_TIMEOUT_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        woken.dispose();
    }
}

package dev.holdfast.game.log.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/// The one thread that writes. Whatever has gathered while the last commit was under way goes into the next one, so
/// that one fsync serves many games (group commit).
final class Writer implements AutoCloseable {
    private static final int MAX_WAITING = 10_000;
    private static final int MAX_GROUP = 512;
    private static final long CHORE_INTERVAL_MINUTES = 10;
    private static final long CLOSE_TIMEOUT_MILLIS = 10_000;
    private static final Logger log = LoggerFactory.getLogger(Writer.class);

    /// A write within a transaction that somebody else begins and commits. Its result may be null, as a `Mono`'s.
    interface Work<T> {
        @Nullable
        T run(Connection connection) throws SQLException;
    }

    private record Job<T>(Work<T> work, MonoSink<T> sink) {
        /// Does the work; what is returned tells the result, once that is on the disk.
        Runnable run(Connection connection) throws SQLException {
            T result = work.run(connection);
            return () -> sink.success(result);
        }
    }

    private final BlockingQueue<Job<?>> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Connection connection;
    private final Work<Void> chore;
    private final Thread thread;
    private volatile boolean isClosed;

    /// @param connection used by this thread only from here on, and closed by it
    /// @param chore done at the start and then whenever nothing was written for some minutes
    Writer(Connection connection, Work<Void> chore) {
        this.connection = connection;
        this.chore = chore;
        this.thread = Thread.ofPlatform().name("sqlite-writer").start(this::run);
    }

    /// Completes when the work's transaction is on the disk; an error means that it had no effect.
    <T> Mono<T> write(Work<T> work) {
        return Mono.create(sink -> {
            if (isClosed || !waiting.offer(new Job<>(work, sink))) {
                sink.error(new SQLException(isClosed ? "the log is closed" : "too many writes wait for the disk"));
            }
        });
    }

    private void run() {
        try (connection) {
            connection.setAutoCommit(false);
            doChore();
            while (!isClosed || !waiting.isEmpty()) {
                Job<?> first = waiting.poll(CHORE_INTERVAL_MINUTES, TimeUnit.MINUTES);
                if (first == null) {
                    doChore();
                } else {
                    commit(groupWith(first));
                }
            }
        } catch (InterruptedException | SQLException failure) {
            log.error("the SQLite writer ends, no game can go on: {}", failure.toString());
        } finally {
            isClosed = true;
        }
    }

    private List<Job<?>> groupWith(Job<?> first) {
        List<Job<?>> group = new ArrayList<>();
        group.add(first);
        waiting.drainTo(group, MAX_GROUP - 1);
        return group;
    }

    private void commit(List<Job<?>> group) throws SQLException {
        List<Runnable> answers = new ArrayList<>();
        try {
            for (Job<?> job : group) {
                answers.add(job.run(connection));
            }
            connection.commit();
        } catch (SQLException failure) {
            connection.rollback();
            group.forEach(job -> job.sink().error(failure));
            return;
        }
        answers.forEach(Runnable::run);
    }

    private void doChore() throws SQLException {
        chore.run(connection);
        connection.commit();
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

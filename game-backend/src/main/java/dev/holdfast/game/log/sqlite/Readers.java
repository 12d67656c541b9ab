package dev.holdfast.game.log.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/// A few connections that only read, each used by one thread at a time, all off the event loops.
final class Readers implements AutoCloseable {
    private static final int MAX_WAITING = 10_000;
    private static final int IDLE_SECONDS = 60;

    /// Reads within one transaction, so from one state of the file.
    interface Query<T> {
        @Nullable
        T run(Connection connection) throws SQLException;
    }

    private final BlockingQueue<Connection> idle;
    private final Scheduler threads;

    Readers(List<Connection> connections) throws SQLException {
        for (Connection connection : connections) {
            connection.setAutoCommit(false);
        }
        idle = new ArrayBlockingQueue<>(connections.size(), false, connections);
        threads = Schedulers.newBoundedElastic(connections.size(), MAX_WAITING, "sqlite-reader", IDLE_SECONDS);
    }

    <T> Mono<T> read(Query<T> query) {
        Callable<@Nullable T> task = () -> {
            Connection connection = idle.take();
            try {
                T result = query.run(connection);
                connection.rollback();
                return result;
            } finally {
                idle.add(connection);
            }
        };
        return Mono.fromCallable(task).subscribeOn(threads);
    }

    @Override
    public void close() throws SQLException {
        threads.dispose();
        for (Connection connection : idle) {
            connection.close();
        }
    }
}

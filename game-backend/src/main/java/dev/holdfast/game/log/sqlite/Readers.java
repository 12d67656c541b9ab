package dev.holdfast.game.log.sqlite;

import dev.holdfast.game.log.sqlite.Connections.Work;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/// A few threads that only read, so that it happens off the event loops; each has a connection while it does.
final class Readers implements AutoCloseable {
    private static final int MAX_WAITING = 10_000;
    private static final int IDLE_SECONDS = 60;

    private final Connections connections;
    private final Scheduler threads;

    /// @param connections closed with the readers
    Readers(Connections connections, int count) {
        this.connections = connections;
        threads = Schedulers.newBoundedElastic(count, MAX_WAITING, "sqlite-reader", IDLE_SECONDS);
    }

    /// Reads within one transaction, so from one state of the file.
    <T> Mono<T> read(Work<T> work) {
        Callable<@Nullable T> task = () -> connections.read(work);
        return Mono.fromCallable(task).subscribeOn(threads);
    }

    @Override
    public void close() {
        threads.dispose();
        connections.close();
    }
}

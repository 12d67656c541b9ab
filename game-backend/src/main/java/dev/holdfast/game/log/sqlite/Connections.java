package dev.holdfast.game.log.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Open connections to the file, each used by one thread at a time. One that has become unfit is closed, and whoever
/// needs a connection next opens another.
final class Connections implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Connections.class);

    /// Opens one more connection.
    interface Opener {
        Connection open() throws SQLException;
    }

    /// What is done within one transaction. Its result may be null, as a `Mono`'s.
    interface Work<T> {
        @Nullable
        T run(Connection connection) throws SQLException;
    }

    private final Opener opener;
    private final Queue<Connection> idle = new ConcurrentLinkedQueue<>();

    /// @param count how many are opened at once, so that a file that cannot be opened is known
    Connections(Opener opener, int count) throws SQLException {
        this.opener = opener;
        for (int i = 0; i < count; i++) {
            idle.add(open());
        }
    }

    private Connection open() throws SQLException {
        Connection connection = opener.open();
        connection.setAutoCommit(false);
        return connection;
    }

    /// Sees one state of the file and leaves nothing behind.
    <T> @Nullable T read(Work<T> work) throws SQLException {
        Connection known = idle.poll();
        Connection connection = known == null ? open() : known;
        try {
            return work.run(connection);
        } finally {
            giveBack(connection);
        }
    }

    /// Returns when the work's effect is on the disk. An error means that it has none, or that nobody knows.
    <T> @Nullable T write(Work<T> work) throws SQLException {
        return read(connection -> {
            T result = work.run(connection);
            connection.commit();
            return result;
        });
    }

    // However the work ended, its transaction must: the next reader would see the file as it was, and SQLite could not
    // begin its WAL anew. After some failures, a full disk's among them, SQLite has ended it by itself; a connection
    // in that state is of no more use here.
    private void giveBack(Connection connection) {
        try {
            connection.rollback();
            idle.add(connection);
        } catch (SQLException unfit) {
            log.warn("a connection to the file is replaced, as it cannot roll back: {}", unfit.toString());
            close(connection);
        }
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException failure) {
            log.warn("a connection to the file could not be closed: {}", failure.toString());
        }
    }

    @Override
    public void close() {
        for (Connection connection = idle.poll(); connection != null; connection = idle.poll()) {
            close(connection);
        }
    }
}

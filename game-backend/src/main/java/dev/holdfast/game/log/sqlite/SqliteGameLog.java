package dev.holdfast.game.log.sqlite;

import dev.holdfast.game.log.AppendResult;
import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.GameLog;
import dev.holdfast.game.log.NewEvent;
import dev.holdfast.game.log.Page;
import dev.holdfast.game.log.ReadFailure.Diverged;
import dev.holdfast.game.log.ReadFailure.Truncated;
import dev.holdfast.game.log.Snapshot;
import dev.holdfast.game.log.StoreRefused;
import dev.holdfast.game.log.StoredEvent;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sqlite.SQLiteConfig;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Keeps games in one SQLite file in WAL mode with `synchronous=FULL`: a commit is on the disk before it is answered.
/// A lock file beside it keeps a second process out.
public final class SqliteGameLog implements GameLog, AutoCloseable {
    private static final int READERS = 3;
    private static final int BUSY_TIMEOUT_MILLIS = 5000;

    /// How many games are let go in one transaction, for which all others wait: each has some 3 MiB of events at most.
    private static final int MAX_EXPIRED_AT_ONCE = 16;

    private final InstantSource clock;
    private final FileChannel lock;
    private final Writer writer;
    private final Readers readers;

    private SqliteGameLog(Path file, InstantSource clock, FileChannel lock, Connections.Opener forWriting)
            throws SQLException {
        this.clock = clock;
        this.lock = lock;
        var writing = new Connections(forWriting, 1);
        writing.<Void>write(connection -> {
            Schema.create(connection);
            return null;
        });
        writer = new Writer(
                writing,
                connection ->
                        GameRow.deleteExpired(connection, clock.millis(), MAX_EXPIRED_AT_ONCE) == MAX_EXPIRED_AT_ONCE,
                clock);
        readers = new Readers(new Connections(() -> connect(file, true), READERS), READERS);
    }

    /// Opens or creates the file and its directory. Throws [StoreRefused] if that is not possible.
    public static SqliteGameLog open(Path file, InstantSource clock) {
        return open(file, clock, () -> connect(file, false));
    }

    static SqliteGameLog open(Path file, InstantSource clock, Connections.Opener forWriting) {
        FileChannel lock = lock(file);
        try {
            return new SqliteGameLog(file, clock, lock, forWriting);
        } catch (SQLException failure) {
            unlock(lock);
            throw new StoreRefused(file + " cannot be opened: " + failure.getMessage(), failure);
        }
    }

    private static FileChannel lock(Path file) {
        Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
        try {
            Files.createDirectories(lockFile.toAbsolutePath().getParent());
            FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!tryLock(channel)) {
                channel.close();
                throw new StoreRefused("another game-backend uses this file; use Redis to run several");
            }
            return channel;
        } catch (IOException failure) {
            throw new StoreRefused(lockFile + " cannot be locked: " + failure, failure);
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException sameProcess) {
            return false;
        }
    }

    private static void unlock(FileChannel lock) {
        try {
            lock.close();
        } catch (IOException failure) {
            throw new StoreRefused("the lock file cannot be closed: " + failure, failure);
        }
    }

    static Connection connect(Path file, boolean isReader) throws SQLException {
        var config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        config.setReadOnly(isReader);
        return config.createConnection("jdbc:sqlite:" + file);
    }

    @Override
    public Mono<Cursor> head(GameId game) {
        return readers.read(connection -> head(GameRow.find(connection, game, clock.millis())));
    }

    private static Cursor head(Optional<GameRow> row) {
        return row.map(GameRow::head).orElse(Cursor.ORIGIN);
    }

    @Override
    public Mono<AppendResult> append(GameId game, Cursor expected, List<NewEvent> batch) {
        return writer.write(connection -> appendNow(connection, game, expected, batch));
    }

    private AppendResult appendNow(Connection connection, GameId game, Cursor expected, List<NewEvent> batch)
            throws SQLException {
        long nowMillis = clock.millis();
        Optional<GameRow> found = GameRow.find(connection, game, nowMillis);
        Cursor head = head(found);
        if (head.equals(
                new Cursor(expected.seq() + batch.size(), batch.getLast().tag()))) {
            return new AppendResult.Appended(head);
        }
        if (!head.equals(expected)) {
            return new AppendResult.Conflict(head);
        }
        GameRow row = found.isPresent() ? found.get() : GameRow.create(connection, game, nowMillis);
        Cursor last = insert(connection, row.number(), expected, batch);
        row.moveHead(connection, last, nowMillis);
        return new AppendResult.Appended(last);
    }

    private static Cursor insert(Connection connection, long number, Cursor after, List<NewEvent> batch)
            throws SQLException {
        Cursor at = after;
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO events VALUES (?, ?, ?, ?)")) {
            for (NewEvent event : batch) {
                at = at.next(event.tag());
                insert.setLong(1, number);
                insert.setLong(2, at.seq());
                insert.setString(3, at.tag());
                insert.setBytes(4, event.body());
                insert.executeUpdate();
            }
        }
        return at;
    }

    @Override
    public Mono<Page> read(GameId game, Cursor after) {
        return readers.read(connection -> readNow(connection, game, after));
    }

    private Page readNow(Connection connection, GameId game, Cursor after) throws SQLException {
        Optional<GameRow> row = GameRow.find(connection, game, clock.millis());
        if (row.isEmpty()) {
            if (after.equals(Cursor.ORIGIN)) {
                return new Page(List.of());
            }
            throw new Diverged(game, after, Cursor.ORIGIN);
        }
        if (after.seq() < row.get().start().seq()) {
            throw new Truncated(game, after, row.get().start());
        }
        if (!row.get().has(connection, after)) {
            throw new Diverged(game, after, row.get().head());
        }
        return select(connection, row.get().number(), after.seq());
    }

    private static Page select(Connection connection, long number, long afterSeq) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT seq, tag, body FROM events WHERE number = ? AND seq > ? ORDER BY seq LIMIT ?")) {
            select.setLong(1, number);
            select.setLong(2, afterSeq);
            select.setInt(3, Page.MAX_EVENTS);
            ResultSet rows = select.executeQuery();
            List<StoredEvent> events = new ArrayList<>();
            long bytes = 0;
            while (bytes < Page.MAX_BYTES && rows.next()) {
                byte[] body = rows.getBytes(3);
                events.add(new StoredEvent(new Cursor(rows.getLong(1), rows.getString(2)), body));
                bytes += body.length;
            }
            return new Page(events);
        }
    }

    @Override
    public Flux<Cursor> hints(GameId game) {
        return Flux.never();
    }

    @Override
    public Mono<Void> snapshot(GameId game, Cursor at, byte[] state, long trimUpTo) {
        return writer.write(connection -> {
            Optional<GameRow> row = GameRow.find(connection, game, clock.millis());
            if (row.isPresent()
                    && row.get().has(connection, at)
                    && keep(connection, row.get().number(), at, state)) {
                row.get().trim(connection, Math.min(trimUpTo, at.seq()));
            }
            return null;
        });
    }

    private static boolean keep(Connection connection, long number, Cursor at, byte[] state) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement("""
                INSERT INTO snapshots VALUES (?, ?, ?, ?) ON CONFLICT (number) DO UPDATE
                SET seq = excluded.seq, tag = excluded.tag, state = excluded.state WHERE excluded.seq > seq""")) {
            upsert.setLong(1, number);
            upsert.setLong(2, at.seq());
            upsert.setString(3, at.tag());
            upsert.setBytes(4, state);
            return upsert.executeUpdate() > 0;
        }
    }

    @Override
    public Mono<Snapshot> snapshot(GameId game) {
        return readers.read(connection -> {
            Optional<GameRow> row = GameRow.find(connection, game, clock.millis());
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT seq, tag, state FROM snapshots WHERE number = ?")) {
                select.setLong(1, row.map(GameRow::number).orElse(-1L));
                ResultSet found = select.executeQuery();
                return found.next()
                        ? new Snapshot(new Cursor(found.getLong(1), found.getString(2)), found.getBytes(3))
                        : null;
            }
        });
    }

    @Override
    public boolean isShared() {
        return false;
    }

    /// Writes what is waiting, then lets go of the file.
    @Override
    public void close() {
        writer.close();
        readers.close();
        unlock(lock);
    }
}

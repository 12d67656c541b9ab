package dev.holdfast.game.log.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.game.log.AppendResult;
import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.GameLog;
import dev.holdfast.game.log.GameLogContract;
import dev.holdfast.game.log.ReadFailure.Truncated;
import dev.holdfast.game.log.StoreRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

class SqliteGameLogTest extends GameLogContract {
    /// More than the chore lets go at once.
    private static final int EXPIRING = 40;

    private static final long RETENTION = GameLog.RETENTION.toMillis();
    private static final Duration CHORE_INTERVAL = Duration.ofMinutes(10);

    private final AtomicLong nowMillis = new AtomicLong();

    @TempDir
    Path directory;

    private SqliteGameLog log;

    @BeforeEach
    void open() {
        log = SqliteGameLog.open(file(), () -> Instant.ofEpochMilli(nowMillis.get()));
    }

    @AfterEach
    void close() {
        log.close();
    }

    private Path file() {
        return directory.resolve("deep/games.db");
    }

    @Override
    protected GameLog log() {
        return log;
    }

    @Test
    void everything_is_there_after_closing_and_opening_again() {
        Cursor head = append(Cursor.ORIGIN, "a", "b");
        snapshot(head, "state");

        close();
        open();

        assertThat(await(log.head(game))).isEqualTo(head);
        assertThat(read(Cursor.ORIGIN)).hasSize(2);
        assertThat(snapshotState()).isEqualTo("state");
    }

    @Test
    void a_commit_is_on_the_disk_before_it_is_acknowledged() throws SQLException {
        try (var connection = SqliteGameLog.connect(file(), false);
                var statement = connection.createStatement()) {
            assertThat(statement.executeQuery("PRAGMA journal_mode").getString(1))
                    .isEqualTo("wal");
            // FULL: with less, the WAL is not synced at each commit.
            assertThat(statement.executeQuery("PRAGMA synchronous").getInt(1)).isEqualTo(2);
        }
    }

    @Test
    void a_second_user_of_the_file_is_refused_until_the_first_is_gone() {
        assertThatThrownBy(() -> SqliteGameLog.open(file(), Instant::now))
                .isInstanceOf(StoreRefused.class)
                .hasMessage("another game-backend uses this file; use Redis to run several");

        close();
        open();
        assertThat(await(log.head(game))).isEqualTo(Cursor.ORIGIN);
    }

    @Test
    void a_file_of_another_layout_is_refused() throws SQLException {
        Path file = directory.resolve("other.db");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            statement.executeUpdate("PRAGMA user_version = 99");
        }

        assertThatThrownBy(() -> SqliteGameLog.open(file, Instant::now))
                .isInstanceOf(StoreRefused.class)
                .hasMessageContaining("layout 99 (expected: 1");
    }

    @Test
    void what_is_no_database_is_refused() throws Exception {
        Path file = Files.writeString(
                directory.resolve("text.db"), "no database at all, but long enough to be read as one");

        assertThatThrownBy(() -> SqliteGameLog.open(file, Instant::now)).isInstanceOf(StoreRefused.class);
    }

    @Test
    void many_games_share_commits_and_none_is_lost() {
        long appended = await(Flux.range(0, 2000)
                .flatMap(n -> log.append(new GameId("many-" + n), Cursor.ORIGIN, events("a", "b")), 256)
                .filter(AppendResult.Appended.class::isInstance)
                .count());

        assertThat(appended).isEqualTo(2000);
        assertThat(await(log.head(new GameId("many-1999"))).seq()).isEqualTo(2);
    }

    @Test
    void the_wal_stays_small_after_a_trimmed_game_was_opened() throws IOException {
        Cursor head = trimmed();
        assertThatThrownBy(() -> read(Cursor.ORIGIN)).isInstanceOf(Truncated.class);

        for (int i = 0; i < 2000; i++) {
            head = append(head, i + "x".repeat(1 << 10));
        }

        // SQLite begins it anew at 1000 pages of 4 KiB.
        assertThat(Files.size(directory.resolve("deep/games.db-wal"))).isLessThan(8 << 20);
    }

    @Test
    void a_game_expires_when_nothing_happens_for_so_long() {
        Cursor head = append(Cursor.ORIGIN, "a", "b");
        nowMillis.set(RETENTION - 1);
        append(head, "c");
        nowMillis.set(2 * RETENTION - 2);
        assertThat(await(log.head(game)).seq()).isEqualTo(3);

        nowMillis.set(2 * RETENTION - 1);

        assertThat(await(log.head(game))).isEqualTo(Cursor.ORIGIN);
        assertThat(append(Cursor.ORIGIN, "new").seq()).isEqualTo(1);
    }

    @Test
    void a_game_that_was_made_and_not_used_expires_sooner() {
        long unused = GameLog.UNUSED_RETENTION.toMillis();
        Cursor head = append(Cursor.ORIGIN, "a");
        nowMillis.set(unused - 1);
        append(head, "b");
        nowMillis.set(3 * unused);
        assertThat(await(log.head(game)).seq()).isEqualTo(2);

        var other = new GameId(game + "-other");
        await(log.append(other, Cursor.ORIGIN, events("a")));
        nowMillis.set(4 * unused);

        assertThat(await(log.head(other))).isEqualTo(Cursor.ORIGIN);
    }

    @Test
    void nobody_is_woken_since_nobody_else_appends() {
        List<Cursor> hints = new ArrayList<>();
        var listening = log.hints(game).subscribe(hints::add);

        append(Cursor.ORIGIN, "a");

        assertThat(log.isShared()).isFalse();
        assertThat(hints).isEmpty();
        listening.dispose();
    }

    @Test
    void a_new_game_leaves_what_others_have_left_to_the_chore() throws SQLException {
        beginGamesThatExpire();
        // After the first of two writes the chore is due, and finds nothing yet.
        nowMillis.set(RETENTION - 1);
        Cursor head = append(append(Cursor.ORIGIN, "a"), "b");
        nowMillis.set(RETENTION);

        await(log.append(new GameId(game + "-new"), Cursor.ORIGIN, events("c")));
        assertThat(rows("games")).isEqualTo(EXPIRING + 2);
        assertThat(rows("events")).isEqualTo(2 * EXPIRING + 3);

        // The chore comes between two writes, however many there are, until all is done.
        nowMillis.set(RETENTION + CHORE_INTERVAL.toMillis());
        for (int i = 0; i <= EXPIRING; i++) {
            head = append(head, "event-" + i);
        }
        assertThat(rows("games")).isEqualTo(2);
        assertThat(rows("events")).isEqualTo(head.seq() + 1);
        assertThat(rows("snapshots")).isZero();
    }

    @Test
    void a_new_game_takes_the_place_of_its_expired_namesake() throws SQLException {
        Cursor head = append(Cursor.ORIGIN, "a", "b");
        snapshot(head, "old");
        nowMillis.set(RETENTION);

        append(Cursor.ORIGIN, "c");

        assertThat(rows("games")).isEqualTo(1);
        assertThat(read(Cursor.ORIGIN)).hasSize(1);
        assertThat(log.snapshot(game).blockOptional()).isEmpty();
    }

    @Test
    void a_file_of_before_the_index_gets_it() throws SQLException {
        close();
        try (var connection = SqliteGameLog.connect(file(), false);
                var statement = connection.createStatement()) {
            statement.executeUpdate("DROP INDEX games_by_expiry");
        }

        open();

        assertThat(rows("sqlite_schema WHERE name = 'games_by_expiry'")).isEqualTo(1);
    }

    private void beginGamesThatExpire() {
        for (int i = 0; i < EXPIRING; i++) {
            var other = new GameId(game.value() + "-expires-" + i);
            Cursor head =
                    await(log.append(other, Cursor.ORIGIN, events("a", "b"))).head();
            log.snapshot(other, head, new byte[1], 0).block();
        }
    }

    private long rows(String table) throws SQLException {
        try (var connection = SqliteGameLog.connect(file(), true);
                var statement = connection.createStatement()) {
            return statement.executeQuery("SELECT count(*) FROM " + table).getLong(1);
        }
    }
}

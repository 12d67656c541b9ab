package dev.holdfast.game.log.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.game.log.AppendResult;
import dev.holdfast.game.log.AppendResult.Appended;
import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.GameLog;
import dev.holdfast.game.log.NewEvent;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/// A file that may not grow: SQLite fails with SQLITE_FULL, and ends the transaction by itself, as on a full disk.
class FullDiskTest {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int AS_LARGE_AS_IT_IS = 1;
    private static final int LARGE = 100_000;
    private static final GameId GAME = new GameId("g");

    private final AtomicLong nowMillis = new AtomicLong();
    private final AtomicInteger maxPages = new AtomicInteger(100);
    private final List<Cursor> appended = new ArrayList<>(List.of(Cursor.ORIGIN));

    @TempDir
    Path directory;

    private SqliteGameLog log;

    @BeforeEach
    void open() {
        Path file = directory.resolve("games.db");
        log = SqliteGameLog.open(
                file, () -> Instant.ofEpochMilli(nowMillis.get()), () -> limited(SqliteGameLog.connect(file, false)));
    }

    private Connection limited(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            // Never below what the file has already.
            statement.execute("PRAGMA max_page_count = " + maxPages.get());
        }
        return connection;
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void appends_are_refused_while_the_disk_is_full_and_go_on_as_soon_as_it_is_not() {
        fill();
        maxPages.set(AS_LARGE_AS_IT_IS);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(this::append).hasMessageContaining("SQLITE_FULL");
        }
        assertThat(await(log.head(GAME))).isEqualTo(appended.getLast());

        maxPages.set(LARGE);
        append();
        append();

        assertThat(await(log.read(GAME, Cursor.ORIGIN)).events())
                .extracting(event -> event.at())
                .isEqualTo(appended.subList(1, appended.size()));
    }

    @Test
    void what_was_refused_can_be_appended_again_under_the_same_number() {
        fill();
        Cursor head = appended.getLast();

        maxPages.set(LARGE);
        append();

        assertThat(appended.getLast().seq()).isEqualTo(head.seq() + 1);
        assertThat(await(log.append(GAME, head, batch(head))))
                .as("once more")
                .isEqualTo(new Appended(appended.getLast()));
    }

    @Test
    void games_that_expire_make_room() throws SQLException {
        fill();
        maxPages.set(AS_LARGE_AS_IT_IS);
        nowMillis.set(GameLog.RETENTION.toMillis());

        Cursor first =
                await(log.append(GAME, Cursor.ORIGIN, batch(Cursor.ORIGIN))).head();

        assertThat(first.seq()).isEqualTo(1);
    }

    private void fill() {
        assertThatThrownBy(() -> {
                    while (true) {
                        append();
                    }
                })
                .hasMessageContaining("SQLITE_FULL");
        assertThat(appended).hasSizeGreaterThan(2);
    }

    private void append() {
        AppendResult result = await(log.append(GAME, appended.getLast(), batch(appended.getLast())));
        assertThat(result).isInstanceOf(Appended.class);
        appended.add(result.head());
    }

    private static List<NewEvent> batch(Cursor after) {
        return List.of(new NewEvent("tag-" + after.seq(), new byte[10_000]));
    }

    private static <T> T await(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(DEADLINE));
    }
}

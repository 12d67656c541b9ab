package dev.holdfast.game.log.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What one failure does to the others.
class WriterTest {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final AtomicBoolean isAway = new AtomicBoolean();

    @TempDir
    Path directory;

    private Writer writer;

    @BeforeEach
    void open() throws SQLException {
        var connections = new Connections(this::connect, 1);
        connections.write(connection -> execute(connection, "CREATE TABLE written (name TEXT)"));
        writer = new Writer(
                connections,
                _ -> {
                    throw new IllegalStateException("a chore that fails");
                },
                InstantSource.system());
    }

    private Connection connect() throws SQLException {
        if (isAway.get()) {
            throw new SQLException("the disk is away");
        }
        return SqliteGameLog.connect(directory.resolve("test.db"), false);
    }

    @AfterEach
    void close() {
        writer.close();
    }

    @Test
    void a_bug_in_one_write_fails_that_one_alone() {
        var isGathered = new CountDownLatch(1);
        var first = write(connection -> {
            await(isGathered);
            return insert(connection, "first");
        });
        var before = write(connection -> insert(connection, "before"));
        var bad = write(connection -> {
            insert(connection, "bad");
            throw new IllegalStateException("a bug");
        });
        var after = write(connection -> insert(connection, "after"));
        isGathered.countDown();

        assertThat(first).succeedsWithin(DEADLINE);
        assertThat(before).succeedsWithin(DEADLINE);
        assertThat(bad).failsWithin(DEADLINE).withThrowableThat().withMessageContaining("a bug");
        assertThat(after).succeedsWithin(DEADLINE);
        assertThat(written()).containsExactlyInAnyOrder("first", "before", "after");
    }

    @Test
    void a_file_that_cannot_be_opened_again_is_tried_again_by_the_next_write() {
        isAway.set(true);
        // Ends the transaction behind the writer's back, as SQLite does after some failures.
        assertThat(write(connection -> execute(connection, "ROLLBACK")))
                .failsWithin(DEADLINE)
                .withThrowableThat()
                .withMessageContaining("no transaction is active");
        for (int i = 0; i < 2; i++) {
            assertThat(write(connection -> insert(connection, "early")))
                    .failsWithin(DEADLINE)
                    .withThrowableThat()
                    .withMessageContaining("the disk is away");
        }

        isAway.set(false);

        assertThat(write(connection -> insert(connection, "late"))).succeedsWithin(DEADLINE);
        assertThat(written()).containsExactly("late");
    }

    private <T> CompletableFuture<@Nullable T> write(Connections.Work<T> work) {
        return writer.write(work).toFuture();
    }

    private List<String> written() {
        List<String> names = new ArrayList<>();
        var read = write(connection -> {
            try (var select = connection.createStatement()) {
                var rows = select.executeQuery("SELECT name FROM written");
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
            return names.size();
        });
        assertThat(read).succeedsWithin(DEADLINE);
        return names;
    }

    private static int insert(Connection connection, String name) throws SQLException {
        return execute(connection, "INSERT INTO written VALUES ('" + name + "')");
    }

    private static int execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}

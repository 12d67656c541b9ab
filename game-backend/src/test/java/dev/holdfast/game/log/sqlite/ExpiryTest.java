package dev.holdfast.game.log.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.log.GameId;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How expired games are found and let go: the only writer does it, so never much at once.
class ExpiryTest {
    @TempDir
    Path directory;

    private Connection connection;

    @BeforeEach
    void open() throws SQLException {
        connection = SqliteGameLog.connect(directory.resolve("games.db"), false);
        Schema.create(connection);
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @Test
    void no_more_than_asked_for_are_deleted_those_first_that_expired_first() throws SQLException {
        for (int life : List.of(50, 20, 40, 10, 30, 101)) {
            begin("lives-" + life, life);
        }
        begin("lives-on", Long.MAX_VALUE);

        assertThat(GameRow.deleteExpired(connection, 100, 3)).isEqualTo(3);
        assertThat(games()).containsExactlyInAnyOrder("lives-40", "lives-50", "lives-101", "lives-on");
        assertThat(GameRow.deleteExpired(connection, 100, 3)).isEqualTo(2);
        assertThat(GameRow.deleteExpired(connection, 100, 3)).isZero();
        assertThat(games()).containsExactlyInAnyOrder("lives-101", "lives-on");
    }

    @Test
    void nothing_looks_at_all_games() throws SQLException {
        assertThat(plan(GameRow.SELECT_EXPIRED))
                .singleElement()
                .asString()
                .startsWith("SEARCH games USING INDEX games_by_expiry");
        assertThat(plan("DELETE FROM games WHERE number = ?"))
                .allSatisfy(step -> assertThat(step).startsWith("SEARCH"));
    }

    private void begin(String name, long life) throws SQLException {
        GameRow row = GameRow.create(connection, new GameId(name), 0);
        try (var statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE games SET life_millis = " + life + " WHERE number = " + row.number());
        }
    }

    private List<String> games() throws SQLException {
        return texts("SELECT game FROM games", 1);
    }

    private List<String> plan(String sql) throws SQLException {
        return texts("EXPLAIN QUERY PLAN " + sql, 4);
    }

    private List<String> texts(String sql, int column) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            var rows = statement.executeQuery();
            var texts = new ArrayList<String>();
            while (rows.next()) {
                texts.add(rows.getString(column));
            }
            return texts;
        }
    }
}

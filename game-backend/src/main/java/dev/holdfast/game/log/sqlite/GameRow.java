package dev.holdfast.game.log.sqlite;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.GameLog;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One game's row.
///
/// @param number stands for the game in the other tables
/// @param start the cursor before the first event that is kept
record GameRow(long number, Cursor head, Cursor start) {
    /// The games that have been expired for longest. As the index has it, letter by letter.
    static final String SELECT_EXPIRED = """
            SELECT number FROM games WHERE changed_at_millis + life_millis <= ?
            ORDER BY changed_at_millis + life_millis LIMIT ?""";

    /// Empty if there is no such game, or it has expired.
    static Optional<GameRow> find(Connection connection, GameId game, long nowMillis) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT number, head_seq, head_tag, start_seq, start_tag FROM games
                WHERE game = ? AND ? - changed_at_millis < life_millis""")) {
            select.setString(1, game.value());
            select.setLong(2, nowMillis);
            ResultSet row = select.executeQuery();
            return row.next()
                    ? Optional.of(new GameRow(
                            row.getLong(1),
                            new Cursor(row.getLong(2), row.getString(3)),
                            new Cursor(row.getLong(4), row.getString(5))))
                    : Optional.empty();
        }
    }

    /// A new game without events, in the place of one that has expired if there is one.
    static GameRow create(Connection connection, GameId game, long nowMillis) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT number FROM games WHERE game = ?")) {
            select.setString(1, game.value());
            delete(connection, numbers(select));
        }
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO games VALUES (?, (SELECT coalesce(max(number), 0) + 1 FROM games), ?, ?, ?, ?, ?, ?)""")) {
            insert.setString(1, game.value());
            insert.setLong(2, Cursor.ORIGIN.seq());
            insert.setString(3, Cursor.ORIGIN.tag());
            insert.setLong(4, Cursor.ORIGIN.seq());
            insert.setString(5, Cursor.ORIGIN.tag());
            insert.setLong(6, nowMillis);
            insert.setLong(7, GameLog.retention(Cursor.ORIGIN).toMillis());
            insert.executeUpdate();
        }
        return find(connection, game, nowMillis).orElseThrow();
    }

    /// Deletes at most `max` games that have expired, and tells how many.
    static int deleteExpired(Connection connection, long nowMillis, int max) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT_EXPIRED)) {
            select.setLong(1, nowMillis);
            select.setInt(2, max);
            List<Long> expired = numbers(select);
            delete(connection, expired);
            return expired.size();
        }
    }

    private static List<Long> numbers(PreparedStatement select) throws SQLException {
        ResultSet rows = select.executeQuery();
        List<Long> numbers = new ArrayList<>();
        while (rows.next()) {
            numbers.add(rows.getLong(1));
        }
        return numbers;
    }

    private static void delete(Connection connection, List<Long> numbers) throws SQLException {
        for (String table : List.of("events", "snapshots", "games")) {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + table + " WHERE number = ?")) {
                for (long number : numbers) {
                    delete.setLong(1, number);
                    delete.executeUpdate();
                }
            }
        }
    }

    void moveHead(Connection connection, Cursor to, long nowMillis) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE games SET head_seq = ?, head_tag = ?, changed_at_millis = ?, life_millis = ? WHERE number = ?")) {
            update.setLong(1, to.seq());
            update.setString(2, to.tag());
            update.setLong(3, nowMillis);
            update.setLong(4, GameLog.retention(to).toMillis());
            update.setLong(5, number);
            update.executeUpdate();
        }
    }

    /// Whether this is the cursor of a kept event or of the start.
    boolean has(Connection connection, Cursor at) throws SQLException {
        return tagAt(connection, at.seq()).equals(Optional.of(at.tag()));
    }

    private Optional<String> tagAt(Connection connection, long seq) throws SQLException {
        if (seq == start.seq()) {
            return Optional.of(start.tag());
        }
        try (PreparedStatement select =
                connection.prepareStatement("SELECT tag FROM events WHERE number = ? AND seq = ?")) {
            select.setLong(1, number);
            select.setLong(2, seq);
            ResultSet row = select.executeQuery();
            return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
        }
    }

    /// Lets go of all events up to one of them.
    void trim(Connection connection, long upToSeq) throws SQLException {
        Optional<String> tag = upToSeq > start.seq() ? tagAt(connection, upToSeq) : Optional.empty();
        if (tag.isEmpty()) {
            return;
        }
        try (PreparedStatement delete =
                        connection.prepareStatement("DELETE FROM events WHERE number = ? AND seq <= ?");
                PreparedStatement update =
                        connection.prepareStatement("UPDATE games SET start_seq = ?, start_tag = ? WHERE number = ?")) {
            delete.setLong(1, number);
            delete.setLong(2, upToSeq);
            delete.executeUpdate();
            update.setLong(1, upToSeq);
            update.setString(2, tag.get());
            update.setLong(3, number);
            update.executeUpdate();
        }
    }
}

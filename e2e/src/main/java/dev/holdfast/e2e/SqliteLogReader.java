package dev.holdfast.e2e;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Reads the game-backend's file, beside it.
record SqliteLogReader(Path file) implements LogReader {
    @Override
    public List<LogEntry> read(String game, long fromSeq) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                PreparedStatement select = connection.prepareStatement("""
                        SELECT seq, tag, body FROM events JOIN games USING (number)
                        WHERE game = ? AND seq >= ? ORDER BY seq""")) {
            select.setString(1, game);
            select.setLong(2, fromSeq);
            ResultSet rows = select.executeQuery();
            List<LogEntry> entries = new ArrayList<>();
            while (rows.next()) {
                entries.add(LogReader.entry(rows.getLong(1), rows.getString(2), rows.getBytes(3)));
            }
            return entries;
        } catch (SQLException failure) {
            throw new IllegalStateException("cannot read " + game + " in " + file, failure);
        }
    }

    @Override
    public void close() {}
}

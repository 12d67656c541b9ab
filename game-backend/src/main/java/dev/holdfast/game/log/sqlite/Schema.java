package dev.holdfast.game.log.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/// The tables. `head` and `start` are cursors: the last event, and the one before the first that is still kept.
final class Schema {
    /// Kept in `user_version`, so that another release's file is told from ours.
    private static final int VERSION = 1;

    private Schema() {}

    static void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int found = statement.executeQuery("PRAGMA user_version").getInt(1);
            if (found != 0 && found != VERSION) {
                throw new SQLException("the file has layout " + found + " (expected: " + VERSION
                        + "; another release of the game-backend wrote it)");
            }
            statement.executeUpdate("""
                    CREATE TABLE IF NOT EXISTS games (
                      game TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE,
                      head_seq INTEGER NOT NULL, head_tag TEXT NOT NULL,
                      start_seq INTEGER NOT NULL, start_tag TEXT NOT NULL,
                      changed_at_millis INTEGER NOT NULL, life_millis INTEGER NOT NULL) WITHOUT ROWID""");
            statement.executeUpdate("""
                    CREATE TABLE IF NOT EXISTS events (
                      number INTEGER NOT NULL, seq INTEGER NOT NULL, tag TEXT NOT NULL, body BLOB NOT NULL,
                      PRIMARY KEY (number, seq)) WITHOUT ROWID""");
            statement.executeUpdate("""
                    CREATE TABLE IF NOT EXISTS snapshots (
                      number INTEGER PRIMARY KEY, seq INTEGER NOT NULL, tag TEXT NOT NULL, state BLOB NOT NULL)""");
            // Not a layout of its own: releases that do not know of it keep it up to date, as SQLite does it.
            statement.executeUpdate(
                    "CREATE INDEX IF NOT EXISTS games_by_expiry ON games (changed_at_millis + life_millis)");
            statement.executeUpdate("PRAGMA user_version = " + VERSION);
        }
    }
}

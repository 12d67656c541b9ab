package dev.holdfast.game.table;

/// How a connection has come to its end.
public enum Departure {
    /// The player went on purpose.
    LEFT,
    /// The connection broke, and nobody knows yet whether its player comes back.
    LOST,
    /// This process goes, and has ended it: its player comes back to another one.
    MOVED
}

package dev.holdfast.game.table;

/// Why a connection no longer attends a table, or could not begin to.
public enum Ending {
    /// A newer connection of the same player has the seat.
    REPLACED,
    /// A newer leg of the same connection has come.
    LEG_REPLACED,
    /// The seat needs a token, and the connection has none or a wrong one.
    TOKEN_NEEDED,
    /// The seat is somebody else's.
    FORBIDDEN,
    /// The game has as many seats as a game may have.
    GAME_FULL,
    /// The store cannot be reached or does not follow.
    UNAVAILABLE,
    /// The rules fail on this player.
    RULES_FAILED,
    /// The log in the store is not the one that this table had read: whoever comes again starts from what is there.
    LOG_LOST
}

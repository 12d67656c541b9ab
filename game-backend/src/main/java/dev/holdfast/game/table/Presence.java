package dev.holdfast.game.table;

import java.util.Locale;

/// Where a seated player is.
public enum Presence {
    ONLINE,
    /// The connection was lost, and the seat waits for its player.
    AWAY,
    GONE;

    /// As clients read it.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}

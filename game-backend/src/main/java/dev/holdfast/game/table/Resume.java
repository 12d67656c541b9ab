package dev.holdfast.game.table;

import java.util.Locale;

/// How a connection begins (docs/protocol.md, section 2).
public enum Resume {
    /// It brings no cursor.
    FRESH,
    /// Its cursor is in the retained log: what came after is shown.
    REPLAY,
    /// Its cursor is older than what is retained.
    SNAPSHOT,
    /// The history that it saw is not this log.
    RESET;

    /// As it stands in messages and metrics.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}

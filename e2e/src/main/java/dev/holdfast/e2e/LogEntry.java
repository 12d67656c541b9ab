package dev.holdfast.e2e;

import java.util.Optional;

/// One event of a game's final log.
///
/// @param tag the random bits stored with it
/// @param body the rules' event as clients see it; empty if it is the table's own note (a seat taken, a player gone)
/// @param by the player who caused it; in a `relay` game everyone but its author is shown it
/// @param command the id that the log remembers for it
record LogEntry(long seq, String tag, Optional<String> body, Optional<String> by, Optional<String> command) {
    boolean isShownTo(String player) {
        return body.isPresent() && !by.equals(Optional.of(player));
    }
}

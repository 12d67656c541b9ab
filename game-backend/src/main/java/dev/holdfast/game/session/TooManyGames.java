package dev.holdfast.game.session;

import java.time.Duration;

/// An address has begun as many games as it may for now.
final class TooManyGames extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Duration wait;

    TooManyGames(Duration wait) {
        super("too many new games from this address", null, false, false);
        this.wait = wait;
    }

    /// Until it may begin the next.
    long waitMillis() {
        return wait.toMillis() + 1;
    }
}

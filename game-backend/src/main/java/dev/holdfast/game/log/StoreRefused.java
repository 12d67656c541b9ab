package dev.holdfast.game.log;

/// A store that must not be used as it is. Stops the start; the message says what is wrong with it and what to do.
public final class StoreRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StoreRefused(String message) {
        super(message);
    }

    public StoreRefused(String message, Throwable cause) {
        super(message, cause);
    }
}

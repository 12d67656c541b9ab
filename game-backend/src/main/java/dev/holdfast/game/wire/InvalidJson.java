package dev.holdfast.game.wire;

/// A text that is not the JSON we accept. The message is a sentence for whoever sent it.
public final class InvalidJson extends RuntimeException {
    private static final long serialVersionUID = 1;

    InvalidJson(String message) {
        super(message, null, false, false);
    }

    /// The sentence.
    public String sentence() {
        return String.valueOf(getMessage());
    }
}

package dev.holdfast.game.log;

import java.util.regex.Pattern;

/// The name of a game, as it stands in URLs and in the log: 1 to 64 of `A-Z a-z 0-9 _ -`.
public record GameId(String value) {
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    public GameId {
        if (!allows(value)) {
            throw new IllegalArgumentException("game id: " + value + " (expected: 1 to 64 of A-Z a-z 0-9 _ -)");
        }
    }

    /// Whether a text may be an id. Player ids obey the same rule.
    public static boolean allows(String text) {
        return ALLOWED.matcher(text).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}

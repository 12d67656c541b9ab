package dev.holdfast.game.log;

import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A place in one game's log: the number of an event (from 1) and its tag, 48 random bits stored with it.
/// Two logs that agree on one cursor agree on everything before it (docs/protocol.md, section 3).
public record Cursor(long seq, String tag) {
    /// Before the first event.
    public static final Cursor ORIGIN = new Cursor(0, "0");

    private static final Pattern FORM = Pattern.compile("([0-9]{1,15})\\.([A-Za-z0-9_-]{1,16})");
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final int TAG_LENGTH = 8;

    public Cursor {
        if (seq < 0 || tag.isEmpty()) {
            throw new IllegalArgumentException("cursor: " + seq + "." + tag + " (expected: seq >= 0 and a tag)");
        }
    }

    /// Eight characters of base64url, so 48 random bits.
    public static String newTag(RandomGenerator random) {
        var tag = new StringBuilder(TAG_LENGTH);
        for (int i = 0; i < TAG_LENGTH; i++) {
            tag.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return tag.toString();
    }

    /// Empty for anything that no server of ours wrote.
    public static Optional<Cursor> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new Cursor(Long.parseLong(matcher.group(1)), matcher.group(2)))
                : Optional.empty();
    }

    public Cursor next(String nextTag) {
        return new Cursor(seq + 1, nextTag);
    }

    @Override
    public String toString() {
        return seq + "." + tag;
    }
}

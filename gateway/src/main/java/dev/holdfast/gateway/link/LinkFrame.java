package dev.holdfast.gateway.link;

import java.nio.charset.StandardCharsets;

/// What the backend says in the payload of an unsolicited Pong (docs/protocol.md, section 7).
public sealed interface LinkFrame {
    /// Client messages up to this number are durable or answered: they need not be kept.
    record Acknowledged(long number) implements LinkFrame {}

    /// The next data message brings the client to this cursor.
    record Cursor(String cursor) implements LinkFrame {}

    /// The client is at this cursor already: what lies between is hidden from it.
    record Reached(String cursor) implements LinkFrame {}

    /// The client speaks protocol v1 and understands `sys.notice`.
    record SpeaksV1() implements LinkFrame {}

    /// The backend is about to close this leg for a restart.
    record Draining() implements LinkFrame {}

    /// Not a link frame, or one of a later version.
    record Unknown() implements LinkFrame {}

    /// Reads a payload. Nothing in it is trusted to be well-formed.
    static LinkFrame of(byte[] payload) {
        String text = new String(payload, StandardCharsets.US_ASCII);
        String rest = text.length() > 2 ? text.substring(2) : "";
        return switch (text.isEmpty() ? ' ' : text.charAt(0)) {
            case 'A' -> acknowledged(text, rest);
            case 'E' -> text.startsWith("E ") && isVisible(rest) ? new Cursor(rest) : new Unknown();
            case 'C' -> text.startsWith("C ") && isVisible(rest) ? new Reached(rest) : new Unknown();
            case 'V' -> "V 1".equals(text) ? new SpeaksV1() : new Unknown();
            case 'D' -> "D".equals(text) ? new Draining() : new Unknown();
            default -> new Unknown();
        };
    }

    /// A cursor comes back in a header.
    private static boolean isVisible(String cursor) {
        return !cursor.isEmpty() && cursor.chars().allMatch(c -> c > ' ' && c <= '~');
    }

    private static LinkFrame acknowledged(String text, String rest) {
        boolean isNumber = text.startsWith("A ")
                && !rest.isEmpty()
                && rest.length() <= 18
                && rest.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber ? new Acknowledged(Long.parseLong(rest)) : new Unknown();
    }
}

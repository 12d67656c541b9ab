package dev.holdfast.gateway.link;

import java.nio.charset.StandardCharsets;

/// What the backend says in the payload of an unsolicited Pong (docs/protocol.md, section 7).
public sealed interface LinkFrame {
    /// Where the text begins, behind the letter and a space.
    int TEXT_START = 2;

    /// Fewer than a long has.
    int MOST_DIGITS = 18;

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

    /// Reads a payload. Nothing in it is trusted to be well-formed. Asked for each message, so it makes no more than
    /// what is kept of it.
    static LinkFrame of(byte[] payload) {
        if (payload.length == 1 && payload[0] == 'D') {
            return new Draining();
        }
        if (payload.length <= TEXT_START || payload[1] != ' ') {
            return new Unknown();
        }
        return switch (payload[0]) {
            case 'A' -> acknowledged(payload);
            case 'E' -> isVisible(payload) ? new Cursor(text(payload)) : new Unknown();
            case 'C' -> isVisible(payload) ? new Reached(text(payload)) : new Unknown();
            case 'V' -> "1".equals(text(payload)) ? new SpeaksV1() : new Unknown();
            default -> new Unknown();
        };
    }

    private static String text(byte[] payload) {
        return new String(payload, TEXT_START, payload.length - TEXT_START, StandardCharsets.US_ASCII);
    }

    /// A cursor comes back in a header.
    private static boolean isVisible(byte[] payload) {
        for (int at = TEXT_START; at < payload.length; at++) {
            if (payload[at] <= ' ' || payload[at] > '~') {
                return false;
            }
        }
        return true;
    }

    private static LinkFrame acknowledged(byte[] payload) {
        if (payload.length > TEXT_START + MOST_DIGITS) {
            return new Unknown();
        }
        long number = 0;
        for (int at = TEXT_START; at < payload.length; at++) {
            int digit = payload[at] - '0';
            if (digit < 0 || digit > 9) {
                return new Unknown();
            }
            number = 10 * number + digit;
        }
        return new Acknowledged(number);
    }
}

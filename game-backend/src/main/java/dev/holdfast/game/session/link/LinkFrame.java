package dev.holdfast.game.session.link;

import dev.holdfast.game.log.Cursor;
import java.nio.charset.StandardCharsets;

/// What travels to the gateway in the payload of an unsolicited Pong: ASCII, at most 125 bytes, named by its first
/// byte.
public sealed interface LinkFrame {
    /// Client messages up to this number are durable or answered, and their answers stand before this frame.
    record Ack(long number) implements LinkFrame {}

    /// The next data message brings the client to this cursor.
    record Next(Cursor cursor) implements LinkFrame {}

    /// Everything before this frame has brought the client to this cursor: what lies between is hidden from it.
    record Here(Cursor cursor) implements LinkFrame {}

    /// The client speaks protocol v1.
    record Version() implements LinkFrame {}

    /// This backend goes away: dial another one, nothing is lost.
    record Drain() implements LinkFrame {}

    default byte[] encode() {
        String text = switch (this) {
            case Ack(long number) -> "A " + number;
            case Next(Cursor cursor) -> "E " + cursor;
            case Here(Cursor cursor) -> "C " + cursor;
            case Version() -> "V 1";
            case Drain() -> "D";
        };
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

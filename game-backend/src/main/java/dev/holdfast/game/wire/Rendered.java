package dev.holdfast.game.wire;

import dev.holdfast.game.rules.JsonObject;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An event as some clients see it, written as JSON once for all of them. Safe to share between threads.
public final class Rendered {
    private final JsonObject body;
    private final long seq;
    private final String cur;
    private volatile byte @Nullable [] plain;
    private volatile byte @Nullable [] numbered;

    /// @param seq the event's number
    /// @param cur the cursor after it
    public Rendered(JsonObject body, long seq, String cur) {
        this.body = body;
        this.seq = seq;
        this.cur = cur;
    }

    public JsonObject body() {
        return body;
    }

    /// UTF-8 of the event and nothing else. Not to be changed.
    public byte[] plain() {
        byte[] written = plain;
        if (written == null) {
            written = JsonText.write(body);
            plain = written;
        }
        return written;
    }

    /// The event with the key `$`, as protocol v1 has it. Not to be changed: who has seen everything and caused nothing
    /// gets the same as all others of that kind.
    ///
    /// @param prev the number of the last event that this client saw before
    /// @param command the id of the causing command, for its author only
    public byte[] numbered(long prev, Optional<String> command) {
        boolean isForMany = prev == seq - 1 && command.isEmpty();
        byte[] written = numbered;
        if (isForMany && written != null) {
            return written;
        }
        written = write(prev, command);
        if (isForMany) {
            numbered = written;
        }
        return written;
    }

    private byte[] write(long prev, Optional<String> command) {
        JsonObject meta = JsonObject.of("seq", seq, "cur", cur);
        if (prev != seq - 1) {
            meta = meta.with("prev", prev);
        }
        if (command.isPresent()) {
            meta = meta.with("cmd", command.get());
        }
        return splice(plain(), JsonText.write(JsonObject.of(Inbound.RESERVED_KEY, meta)));
    }

    /// One object out of two: the second one's fields come last.
    private static byte[] splice(byte[] first, byte[] second) {
        if (first.length == 2) {
            return second;
        }
        ByteBuffer joined = ByteBuffer.allocate(first.length + second.length - 1);
        joined.put(first, 0, first.length - 1).put((byte) ',').put(second, 1, second.length - 1);
        return joined.array();
    }
}

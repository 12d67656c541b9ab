package dev.holdfast.game.wire;

import dev.holdfast.game.rules.JsonObject;
import org.jspecify.annotations.Nullable;

/// An event as some clients see it, written as JSON once for all of them. Safe to share between threads.
public final class Rendered {
    private final JsonObject body;
    private volatile byte @Nullable [] plain;

    public Rendered(JsonObject body) {
        this.body = body;
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
}

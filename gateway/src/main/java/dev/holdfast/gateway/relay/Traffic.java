package dev.holdfast.gateway.relay;

/// What went one way in a session. Owned by the session's event loop until it has ended.
public final class Traffic {
    long messages;
    long bytes;

    /// Complete data messages carried.
    public long messages() {
        return messages;
    }

    /// Bytes of their frames, headers included.
    public long bytes() {
        return bytes;
    }
}

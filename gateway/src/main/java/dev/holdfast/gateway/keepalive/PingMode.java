package dev.holdfast.gateway.keepalive;

/// What a ping is made of.
public enum PingMode {
    /// The text message `{"type":"ping"}`, which any client can answer.
    JSON,
    /// A Ping frame, which every browser answers by itself, even in a hidden tab.
    FRAME,
    /// One of each.
    BOTH;

    public boolean hasText() {
        return this != FRAME;
    }

    public boolean hasFrame() {
        return this != JSON;
    }
}

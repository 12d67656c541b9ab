package dev.holdfast.gateway.keepalive;

/// What a short text message is to the keep-alive (docs/protocol.md, section 1).
public enum AppSignal {
    /// `{"type":"ping"}`: the gateway answers it.
    PING,
    /// `{"type":"pong"}`: the gateway takes it as a sign of life.
    PONG,
    /// Anything else: a game message.
    NONE
}

package dev.holdfast.gateway.relay;

/// How a hold ended.
public enum HoldOutcome {
    /// A new backend leg serves the session: it has confirmed or sent something.
    RESUMED,
    /// No backend came back in time: 1013.
    EXPIRED,
    /// The session ended meanwhile for another reason: the client left, or the gateway drains.
    ENDED,
    /// A long message had been sent in part when the leg broke, which nobody can repair: 1012.
    BROKEN
}

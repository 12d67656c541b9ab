package dev.holdfast.gateway.limits;

import java.time.Duration;

/// What became of a client that asked for a place.
public sealed interface Verdict {
    /// It has one.
    record Admitted(Place place) implements Verdict {}

    /// It has none, and may ask again after a time.
    record Refused(Reason reason, Duration retryAfter) implements Verdict {}

    /// Which limit was reached; in metrics in lower case.
    enum Reason {
        GATEWAY_FULL,
        TOO_MANY_SESSIONS,
        TOO_MANY_HANDSHAKES
    }
}

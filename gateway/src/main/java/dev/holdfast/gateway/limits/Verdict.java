package dev.holdfast.gateway.limits;

import java.time.Duration;

/// What became of a client that asked for a place.
public sealed interface Verdict {
    /// It has one.
    record Admitted(Place place) implements Verdict {}

    /// It has none, and may ask again after a time.
    record Refused(Limit limit, Duration retryAfter) implements Verdict {}
}

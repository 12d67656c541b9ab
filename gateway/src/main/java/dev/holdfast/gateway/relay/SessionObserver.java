package dev.holdfast.gateway.relay;

import dev.holdfast.gateway.leg.LegName;

/// Is told of what is rare enough to be told. Calls come on event loops and must not block.
public interface SessionObserver {
    /// A session has begun.
    default void opened(SessionInfo info) {}

    /// A peer answered a ping.
    default void answered(LegName leg, long roundTripNanos) {}

    /// A session has lost its backend leg, and another one is sought.
    default void holdBegan(SessionInfo info) {}

    /// A session that had lost its backend leg has another one, or has ended.
    default void holdEnded(SessionInfo info, HoldOutcome outcome, long heldNanos) {}

    /// A session is over: all its connections are gone.
    default void ended(SessionEnd end) {}
}

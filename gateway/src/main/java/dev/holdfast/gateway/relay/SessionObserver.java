package dev.holdfast.gateway.relay;

import dev.holdfast.gateway.leg.LegName;

/// Is told of what is rare enough to be told. Calls come on event loops and must not block.
public interface SessionObserver {
    /// A session has begun.
    ///
    /// @param backend the address at the other end of its backend leg
    default void opened(SessionInfo info, String backend) {}

    /// A peer answered a ping.
    default void answered(LegName leg, long roundTripNanos) {}

    /// A session has lost its backend leg.
    default void holdBegan(SessionInfo info) {}

    /// A session that had lost its backend leg is served by another one, or ends.
    ///
    /// @param heldNanos since the last leg that served was lost
    /// @param backend the address at the other end of that leg, or of the one that was lost
    default void holdEnded(SessionInfo info, HoldOutcome outcome, long heldNanos, String backend) {}

    /// A session is over: all its connections are gone.
    default void ended(SessionEnd end) {}
}

package dev.holdfast.gateway.relay;

import dev.holdfast.gateway.leg.LegName;

/// Is told of what is rare enough to be told. Calls come on event loops and must not block.
public interface SessionObserver {
    /// A session has begun.
    void opened(SessionInfo info);

    /// A peer answered a ping.
    void answered(LegName leg, long roundTripNanos);

    /// A session has lost its backend leg, and another one is sought.
    void holdBegan(SessionInfo info);

    /// A session that had lost its backend leg has another one, or has ended.
    void holdEnded(SessionInfo info, HoldOutcome outcome, long heldNanos);

    /// A session is over: all its connections are gone.
    void ended(SessionEnd end);
}

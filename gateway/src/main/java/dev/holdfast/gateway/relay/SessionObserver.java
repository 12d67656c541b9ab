package dev.holdfast.gateway.relay;

/// Is told of what is rare enough to be told. Calls come on event loops and must not block.
public interface SessionObserver {
    /// A client answered a ping.
    void answered(long roundTripNanos);

    /// A session is over: both of its connections are gone.
    void ended(SessionEnd end);
}

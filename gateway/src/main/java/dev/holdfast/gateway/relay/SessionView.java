package dev.holdfast.gateway.relay;

import java.time.Duration;

/// How one session stood at one moment.
///
/// @param backend the address at the other end of the backend leg, or of the one that was lost
/// @param age since the 101
/// @param queuedBytes what waits to be sent, to the client and to the backend
/// @param holds how often the backend leg was lost
/// @param roundTrip about the median of the client's
public record SessionView(
        SessionInfo info,
        String backend,
        State state,
        Duration age,
        long queuedBytes,
        Duration roundTrip,
        Duration longestRoundTrip,
        int holds,
        Count toBackend,
        Count toClient) {
    /// What a session is doing.
    public enum State {
        OPEN,
        /// Its backend leg is away.
        HELD,
        /// Close frames are on their way.
        CLOSING
    }

    /// What went one way.
    ///
    /// @param messages complete data messages carried
    /// @param bytes of their frames, headers included
    public record Count(long messages, long bytes) {}
}

package dev.holdfast.gateway.handshake;

import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/// Sees each request before the HTTP server does, on the connection's event loop.
interface Doorman {
    /// Whether this is one for a session. If so it is the doorman's to answer, and the HTTP server never hears of it.
    boolean isForSession(HttpRequest request);

    /// Answers a request for a session in the end, through [ClientGate#upgrade] or [ClientGate#answer].
    ///
    /// @return run when the client has gone before it had its answer; null if it has it already
    @Nullable
    Runnable answer(HttpRequest request, ClientGate gate);

    /// The gate itself turns a client away.
    ///
    /// @param request what could be read of it; null if that is not so much as its first line
    void turnedAway(@Nullable HttpRequest request, Refusal refusal);
}

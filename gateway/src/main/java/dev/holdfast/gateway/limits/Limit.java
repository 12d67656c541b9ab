package dev.holdfast.gateway.limits;

/// What there may be too much of; in metrics in lower case.
public enum Limit {
    /// Sessions in all.
    GATEWAY_FULL,
    /// Sessions from one address.
    TOO_MANY_SESSIONS,
    /// Handshakes a second from one address.
    TOO_MANY_HANDSHAKES,
    /// Requests over HTTP a second from one address.
    TOO_MANY_REQUESTS,
    /// Requests to `/api` from one address that are not answered yet.
    TOO_MANY_AT_ONCE,
    /// Connections in all or from one address, whatever they are for.
    TOO_MANY_CONNECTIONS,
    /// Time for a request.
    REQUEST_TIMEOUT
}

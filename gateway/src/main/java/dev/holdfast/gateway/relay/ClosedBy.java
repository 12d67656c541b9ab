package dev.holdfast.gateway.relay;

/// Who ended a session.
public enum ClosedBy {
    /// The client's Close frame came first.
    CLIENT,
    /// The gateway closed it: a broken rule, a limit, a silent client.
    GATEWAY,
    /// The backend's Close frame came first, or its connection broke.
    BACKEND,
    /// The client's connection broke.
    NETWORK
}

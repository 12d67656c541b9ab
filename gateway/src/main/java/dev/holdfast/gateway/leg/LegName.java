package dev.holdfast.gateway.leg;

/// Which of a session's two connections.
public enum LegName {
    CLIENT,
    BACKEND
}

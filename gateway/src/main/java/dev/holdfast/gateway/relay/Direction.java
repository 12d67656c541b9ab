package dev.holdfast.gateway.relay;

/// Which way bytes go.
public enum Direction {
    TO_BACKEND,
    TO_CLIENT
}

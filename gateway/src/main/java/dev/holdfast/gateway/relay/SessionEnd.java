package dev.holdfast.gateway.relay;

/// What is to be said of a session once it is over.
///
/// @param last how it stood then
/// @param code the close code, [dev.holdfast.gateway.leg.CloseCode#NO_CODE] for a Close frame without one,
///     [dev.holdfast.gateway.leg.CloseCode#ABNORMAL] when a connection broke
/// @param reason the close reason as sent, from outside: escape it
public record SessionEnd(SessionView last, int code, String reason, ClosedBy by) {}

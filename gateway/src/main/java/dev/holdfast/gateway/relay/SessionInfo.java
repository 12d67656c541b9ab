package dev.holdfast.gateway.relay;

/// Who plays in a session, and from where. For logs; the relay itself does not look at it.
///
/// @param game and player as in the URL, decoded
/// @param clientAddress textual IP address
public record SessionInfo(String game, String player, String clientAddress) {}

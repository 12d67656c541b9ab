package dev.holdfast.gateway.wire;

/// A player in play: both legs of one session, with the handshakes behind them.
///
/// @param answer the head of the gateway's 101
record Session(TestClient client, Head answer, BackendLeg backend) {}

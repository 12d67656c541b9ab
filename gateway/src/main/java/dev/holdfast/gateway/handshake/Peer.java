package dev.holdfast.gateway.handshake;

import java.net.InetAddress;

/// Who holds the other end of a connection: a client, or a proxy that speaks for many.
///
/// @param isTrusted its word on a client's address counts
record Peer(InetAddress address, boolean isTrusted) {}

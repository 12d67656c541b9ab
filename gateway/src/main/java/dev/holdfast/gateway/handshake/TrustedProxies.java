package dev.holdfast.gateway.handshake;

import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/// Whose word on a client's address counts, and who therefore calls for many.
final class TrustedProxies {
    private final List<IpSubnetFilterRule> networks;

    TrustedProxies(ClientAddressProperties properties) {
        networks = properties.networks();
    }

    /// @param peer who holds the other end of the socket
    boolean contain(InetAddress peer) {
        InetSocketAddress socket = new InetSocketAddress(peer, 0);
        return networks.stream().anyMatch(network -> network.matches(socket));
    }
}

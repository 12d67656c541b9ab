package dev.holdfast.gateway.limits;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.Optional;

/// Counts connections to the public port, so that those which never ask for anything cannot use up the open files
/// that sessions need. Safe for all threads.
///
/// The last few are for callers on this machine: a flood must not make its health check fail, whereupon the platform
/// would restart the gateway with all its players.
public final class Connections {
    private final Places places;
    private final int keptForLoopback;

    /// @param keptForLoopback of the places
    Connections(Places places, int keptForLoopback) {
        this.places = places;
        this.keptForLoopback = keptForLoopback;
    }

    /// Counts a connection until it ends.
    ///
    /// @param isTrusted it comes from a proxy, which has many clients: counts in all only
    /// @return empty if there is room for it, else what is reached
    public Optional<Limit> arrive(Channel channel, InetAddress peer, boolean isTrusted) {
        String network = isTrusted ? Places.NOBODYS : Places.networkOf(peer);
        Optional<Limit> reached = places.take(network, peer.isLoopbackAddress() ? 0 : keptForLoopback);
        if (reached.isEmpty()) {
            channel.closeFuture().addListener(_ -> places.giveBack(network));
        }
        return reached;
    }

    /// How many there are.
    int open() {
        return places.taken();
    }
}

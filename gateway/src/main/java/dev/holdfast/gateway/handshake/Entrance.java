package dev.holdfast.gateway.handshake;

import dev.holdfast.gateway.limits.Connections;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// Stands in the pipeline of a connection that has just been accepted, before the handler that makes it the HTTP
/// server's, and puts a [ClientGate] there instead of both.
@ChannelHandler.Sharable
final class Entrance extends ChannelHandlerAdapter {
    private final GateRules rules;
    private final Connections connections;
    private final TrustedProxies trusted;
    private final Upgrades upgrades;

    Entrance(GateRules rules, Connections connections, TrustedProxies trusted, Upgrades upgrades) {
        this.rules = rules;
        this.connections = connections;
        this.trusted = trusted;
        this.upgrades = upgrades;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        Channel channel = ctx.channel();
        ChannelPipeline pipeline = channel.pipeline();
        // It puts the HTTP server's handlers in when it is told that it was added: not yet, as it stands behind this
        // one
        ChannelHandler httpServer = pipeline.removeLast();
        pipeline.remove(this);
        if (channel.remoteAddress() instanceof InetSocketAddress socket) {
            InetAddress address = IpAddress.plain(socket.getAddress());
            Peer peer = new Peer(address, trusted.contain(address));
            ClientGate gate = ClientGate.install(pipeline, rules, upgrades.doormanFor(peer), httpServer);
            connections.arrive(channel, address, peer.isTrusted()).ifPresent(gate::refuse);
        } else {
            // Gone already
            channel.close();
        }
    }
}

package dev.holdfast.gateway.handshake;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import java.util.function.BiConsumer;

/// Stands in the pipeline of a connection that has just been accepted, before the handler that makes it the HTTP
/// server's. Takes that out before it has, and then itself.
@ChannelHandler.Sharable
final class Entrance extends ChannelInitializer<Channel> {
    private final BiConsumer<Channel, ChannelHandler> receive;

    /// @param receive given each connection, and what makes it the HTTP server's when added to its pipeline. The
    ///     connection ends if it throws
    Entrance(BiConsumer<Channel, ChannelHandler> receive) {
        this.receive = receive;
    }

    @Override
    protected void initChannel(Channel channel) {
        // It acts when it is told that it was added, which is yet to come
        ChannelHandler httpServer = channel.pipeline().removeLast();
        receive.accept(channel, httpServer);
    }
}

package dev.holdfast.gateway.handshake;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import reactor.netty.resources.LoopResources;

/// The event loops of a server before each of whose connections stands an [Entrance]. Reactor Netty lets nobody else
/// touch a connection before it has put its own handlers in. They end with those they are around.
record GatedLoops(LoopResources loops, Entrance entrance) implements LoopResources {
    @Override
    public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
        C channel = loops.onChannel(type, group);
        if (channel instanceof ServerChannel) {
            channel.pipeline().addLast(new Accepting(entrance));
        }
        return channel;
    }

    @Override
    public <C extends Channel> Class<? extends C> onChannelClass(Class<C> type, EventLoopGroup group) {
        return loops.onChannelClass(type, group);
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return loops.onServer(useNative);
    }

    @Override
    public EventLoopGroup onServerSelect(boolean useNative) {
        return loops.onServerSelect(useNative);
    }

    @Override
    public EventLoopGroup onClient(boolean useNative) {
        return loops.onClient(useNative);
    }

    /// Before Reactor Netty's own acceptor, which adds a handler and registers the connection with an event loop.
    private static final class Accepting extends ChannelInboundHandlerAdapter {
        private final Entrance entrance;

        Accepting(Entrance entrance) {
            this.entrance = entrance;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object accepted) {
            ((Channel) accepted).pipeline().addLast(entrance);
            ctx.fireChannelRead(accepted);
        }
    }
}

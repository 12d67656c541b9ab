package dev.holdfast.gateway.leg;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A connection of an event loop by which a test sees that the loop has asked the kernel what there is.
final class Turn implements AutoCloseable {
    private final EventLoopGroup loop;
    private final Semaphore reads = new Semaphore(0);
    private final Socket peer;

    /// @param loop of one event loop
    Turn(EventLoopGroup loop) throws IOException {
        this.loop = loop;
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            new Bootstrap()
                    .group(loop)
                    .channel(EpollSocketChannel.class)
                    .handler(new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelRead(ChannelHandlerContext ctx, Object message) {
                            ReferenceCountUtil.release(message);
                            reads.release();
                        }
                    })
                    .connect(server.getLocalSocketAddress())
                    .syncUninterruptibly();
            peer = server.accept();
        }
    }

    /// From here on the loop has something to read.
    void begin() throws IOException {
        peer.getOutputStream().write(1);
    }

    /// Waits for the end of the turn in which the loop has read that.
    void awaitEnd() throws InterruptedException {
        assertThat(reads.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        loop.next().submit(() -> {}).syncUninterruptibly();
    }

    @Override
    public void close() throws IOException {
        peer.close();
    }
}

package dev.holdfast.gateway.leg;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Turns of one event loop, in each of which it asks the kernel once what there is. A test sees the end of one by a
/// connection of its own.
final class Turn implements AutoCloseable {
    interface IoAction {
        void run() throws IOException;
    }

    private final EventLoopGroup loop;
    private final Semaphore reads = new Semaphore(0);
    private final Socket peer;

    /// @param loop of one event loop
    Turn(EventLoopGroup loop) throws IOException {
        this.loop = loop;
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            connectTo(server, new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object message) {
                    ReferenceCountUtil.release(message);
                    reads.release();
                }
            });
            peer = server.accept();
        }
    }

    /// A channel of the event loop.
    Channel connectTo(ServerSocket server, ChannelHandler handler) {
        return new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .handler(handler)
                .connect(server.getLocalSocketAddress())
                .syncUninterruptibly()
                .channel();
    }

    /// Does this while the loop looks at no socket, and waits until it has looked at all: at that of this turn first,
    /// since it is no read of a leg, which would end a burst, and then in the order of what is done.
    void of(IoAction action) throws Exception {
        // The kernel looks first at sockets of which it has told in the turn before
        pass();
        var hasBegun = new CountDownLatch(1);
        var isDone = new CountDownLatch(1);
        loop.next().execute(() -> {
            hasBegun.countDown();
            spinUntil(isDone);
        });
        assertThat(hasBegun.await(20, TimeUnit.SECONDS)).isTrue();
        peer.getOutputStream().write(1);
        action.run();
        isDone.countDown();
        awaitEnd();
    }

    /// Waits until the loop has looked once more at all sockets.
    void pass() throws Exception {
        peer.getOutputStream().write(1);
        awaitEnd();
    }

    private void awaitEnd() throws InterruptedException {
        assertThat(reads.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        loop.next().submit(() -> {}).syncUninterruptibly();
    }

    /// An event loop may not block.
    private static void spinUntil(CountDownLatch event) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (event.getCount() > 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() throws IOException {
        peer.close();
    }
}

package dev.holdfast.gateway.leg;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// What the kernel is told of a real socket that is wanted now so, now so.
@EnabledOnOs(OS.LINUX)
class LegIoHandlerTest {
    private final EventLoopGroup eventLoops = new MultiThreadIoEventLoopGroup(
            1,
            executor ->
                    new LegIoHandler(new Counting(EpollIoHandler.newFactory().newHandler(executor))));
    private volatile int told;
    private volatile boolean isFailing;
    private Channel channel;
    private Socket peer;

    @BeforeEach
    void connect() throws IOException {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            channel = new Bootstrap()
                    .group(eventLoops)
                    .channel(EpollSocketChannel.class)
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect(server.getLocalSocketAddress())
                    .syncUninterruptibly()
                    .channel();
            peer = server.accept();
        }
        lookOnce();
    }

    @AfterEach
    void end() throws IOException {
        peer.close();
        eventLoops.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void a_connection_costs_the_kernel_two_words_until_it_reads() {
        assertThat(told).as("to connect, and to read").isEqualTo(2);
    }

    @Test
    void what_changes_often_in_one_turn_is_told_once() {
        int before = told;
        onLoop(() -> {
            for (int i = 0; i < 50; i++) {
                channel.config().setAutoRead(false);
                channel.config().setAutoRead(true);
            }
        });
        lookOnce();
        assertThat(told - before).isEqualTo(1);
    }

    @Test
    void a_socket_that_the_kernel_will_not_watch_any_more_is_closed() {
        onLoop(() -> {
            isFailing = true;
            channel.config().setAutoRead(false);
        });
        assertThat(channel.closeFuture().awaitUninterruptibly(20, TimeUnit.SECONDS))
                .isTrue();
    }

    /// Until the event loop has asked the kernel once more what there is, as it does before a timer.
    private void lookOnce() {
        channel.eventLoop().schedule(() -> {}, 1, TimeUnit.MILLISECONDS).syncUninterruptibly();
    }

    private void onLoop(Runnable task) {
        channel.eventLoop().submit(task).syncUninterruptibly();
    }

    /// Netty's epoll, listened to.
    private final class Counting implements IoHandler {
        private final IoHandler epoll;

        Counting(IoHandler epoll) {
            this.epoll = epoll;
        }

        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
            return new Counted(epoll.register(handle));
        }

        @Override
        public int run(IoHandlerContext context) {
            return epoll.run(context);
        }

        @Override
        public void initialize() {
            epoll.initialize();
        }

        @Override
        public void prepareToDestroy() {
            epoll.prepareToDestroy();
        }

        @Override
        public void destroy() {
            epoll.destroy();
        }

        @Override
        public void wakeup() {
            epoll.wakeup();
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> type) {
            return epoll.isCompatible(type);
        }
    }

    private final class Counted implements IoRegistration {
        private final IoRegistration kernel;

        Counted(IoRegistration kernel) {
            this.kernel = kernel;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one event loop
        public long submit(IoOps ops) {
            if (isFailing) {
                throw new UncheckedIOException(new IOException("made to fail"));
            }
            told++;
            return kernel.submit(ops);
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's
        public <T> T attachment() {
            return kernel.attachment();
        }

        @Override
        public boolean isValid() {
            return kernel.isValid();
        }

        @Override
        public boolean cancel() {
            return kernel.cancel();
        }
    }
}

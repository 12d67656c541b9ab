package dev.holdfast.gateway.leg;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// A leg on a real socket, and its peer. Netty's queue is passed by only with its native transports.
@EnabledOnOs(OS.LINUX)
class LegTest {
    private static final int SHORT = 1000;

    private final EventLoopGroup eventLoops = new MultiThreadIoEventLoopGroup(1, LegIoHandler.factory());
    private final CountDownLatch gone = new CountDownLatch(1);
    private Leg leg;
    private Socket peer;
    private long written;
    private long read;

    @BeforeEach
    void connect() throws IOException {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setReceiveBufferSize(8 << 10);
            Channel channel = new Bootstrap()
                    .group(eventLoops)
                    .channel(EpollSocketChannel.class)
                    .option(ChannelOption.SO_SNDBUF, 8 << 10)
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect(server.getLocalSocketAddress())
                    .syncUninterruptibly()
                    .channel();
            peer = server.accept();
            peer.setSoTimeout(10_000);
            leg = new Leg(channel);
            channel.pipeline().addLast(leg);
            onLoop(() -> {
                leg.attach(new Watch());
                return null;
            });
        }
    }

    @AfterEach
    void end() throws IOException {
        peer.close();
        eventLoops.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void short_messages_that_do_not_fit_into_the_socket_wait_and_none_is_cut() throws IOException {
        for (int times = 0; times < 20; times++) {
            long before = written;
            while (onLoop(leg::queuedBytes) == 0) {
                onLoop(() -> send(1));
                assertThat(written - before).as("bytes that a full socket took").isLessThan(16 << 20);
            }
            onLoop(() -> send(1));
            assertPeerReads(written);
        }
        onLoop(() -> send(3));
        leg.channel().eventLoop().execute(leg::finish);
        assertPeerReads(written);
        assertThat(peer.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void what_waits_behind_others_holds_no_memory_that_is_much_larger() throws IOException {
        ByteBuf fitting = leg.channel().alloc().ioBuffer(SHORT);
        ByteBuf large = leg.channel().alloc().ioBuffer(64 << 10);
        List<Integer> held = onLoop(() -> {
            while (leg.queuedBytes() == 0) {
                send(1);
            }
            writeInto(fitting);
            leg.write(fitting);
            writeInto(large);
            leg.write(large.readRetainedSlice(SHORT));
            large.release();
            // Before the event loop sends more
            return List.of(fitting.refCnt(), large.refCnt());
        });
        assertThat(held).containsExactly(1, 0);
        onLoop(() -> send(1));
        assertPeerReads(written);
    }

    @Test
    void it_is_known_what_has_reached_the_peer() throws IOException {
        onLoop(() -> send(1));
        awaitAcknowledged(written);
        assertThat(onLoop(leg::delivery).written())
                .isEqualTo(onLoop(leg::delivery).acknowledged());

        while (onLoop(leg::queuedBytes) == 0) {
            onLoop(() -> send(1));
        }
        Delivery full = onLoop(leg::delivery);
        assertThat(full.written()).isGreaterThanOrEqualTo(written);
        assertThat(full.acknowledged()).isLessThan(written);
        assertPeerReads(written);
        awaitAcknowledged(written);
        assertThat(onLoop(leg::delivery).written())
                .isEqualTo(onLoop(leg::delivery).acknowledged());
    }

    private void awaitAcknowledged(long bytes) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (onLoop(leg::delivery).acknowledged() < bytes) {
            assertThat(System.nanoTime())
                    .as("waiting for %d acknowledged bytes", bytes)
                    .isLessThan(deadline);
        }
    }

    @Test
    void what_is_written_and_not_flushed_leaves_before_the_end() throws IOException {
        onLoop(() -> {
            leg.write(bytes());
            leg.finish();
            return null;
        });
        assertPeerReads(written);
        assertThat(peer.getInputStream().read()).isEqualTo(-1);
    }

    /// The kernel gives a new socket the lowest number that is free, and that is the one just closed.
    @Test
    void what_was_written_before_the_socket_was_closed_goes_to_no_other() throws IOException {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                SocketChannel other = onLoop(() -> {
                    leg.write(bytes());
                    leg.cut();
                    SocketChannel next = SocketChannel.open();
                    next.configureBlocking(false);
                    next.connect(server.getLocalSocketAddress());
                    leg.flush();
                    return next;
                });
                Socket otherPeer = server.accept()) {
            otherPeer.setSoTimeout(10_000);
            assertThat(other.finishConnect()).isTrue();
            other.write(ByteBuffer.wrap(new byte[] {(byte) 0xFF}));
            assertThat(otherPeer.getInputStream().read()).isEqualTo(0xFF);
        }
    }

    @Test
    void a_peer_that_has_reset_the_connection_is_noticed_when_something_is_sent() throws Exception {
        onLoop(() -> {
            // Not read: only the write can tell
            leg.pause();
            return null;
        });
        peer.setSoLinger(true, 0);
        peer.close();
        while (gone.getCount() > 0) {
            onLoop(() -> send(1));
        }
        assertThat(leg.channel().isActive()).isFalse();
    }

    private Void send(int messages) {
        for (int i = 0; i < messages; i++) {
            leg.write(bytes());
        }
        leg.flush();
        return null;
    }

    /// The bytes of the stream, counted from 0 modulo 251.
    private ByteBuf bytes() {
        ByteBuf bytes = leg.channel().alloc().ioBuffer(SHORT);
        writeInto(bytes);
        return bytes;
    }

    private void writeInto(ByteBuf bytes) {
        for (int i = 0; i < SHORT; i++) {
            bytes.writeByte((int) (written++ % 251));
        }
    }

    private void assertPeerReads(long upTo) throws IOException {
        InputStream in = peer.getInputStream();
        byte[] some = new byte[4 << 10];
        while (read < upTo) {
            int count = in.read(some, 0, (int) Math.min(some.length, upTo - read));
            assertThat(count).as("bytes after " + read + " of " + upTo).isPositive();
            for (int i = 0; i < count; i++) {
                assertThat(some[i] & 0xFF).as("byte " + read).isEqualTo((int) (read++ % 251));
            }
        }
    }

    private <T> T onLoop(Callable<T> task) {
        return leg.channel().eventLoop().submit(task).syncUninterruptibly().getNow();
    }

    private final class Watch implements LegEvents {
        @Override
        public void received(ByteBuf bytes) {
            bytes.release();
        }

        @Override
        public void receivedAll() {}

        @Override
        public void drained() {}

        @Override
        public void gone() {
            gone.countDown();
        }
    }
}

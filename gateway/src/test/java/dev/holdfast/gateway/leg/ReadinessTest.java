package dev.holdfast.gateway.leg;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a leg on epoll reads, past its channel and by way of it, from a real socket.
@EnabledOnOs(OS.LINUX)
class ReadinessTest {
    private static final int SHORT = 100;
    private static final int LONG = 3 << 20;
    /// A state of TCP (netinet/tcp.h).
    private static final int CLOSE_WAIT = 8;

    private final EventLoopGroup eventLoops = new MultiThreadIoEventLoopGroup(1, LegIoHandler.factory());
    private final Semaphore arrived = new Semaphore(0);
    private CountDownLatch gone = new CountDownLatch(1);
    private final Deque<ByteBuf> held = new ArrayDeque<>();
    private Turn turn;
    private Leg leg;
    private Socket peer;
    private long sent;
    private boolean isHolding;
    private boolean isPausing;
    private volatile String failing = "";
    private volatile int reads;
    private volatile int channelReads;
    private volatile long wrongAt = -1;

    @BeforeEach
    void watchTurns() throws IOException {
        turn = new Turn(eventLoops);
    }

    @BeforeEach
    void connect() throws Exception {
        open();
        onLoop(() -> leg.attach(new Watch()));
        // The first reads make the buffers that the others share
        sendAsManyAsThereAreBuffers();
        sendAsManyAsThereAreBuffers();
    }

    private void sendAsManyAsThereAreBuffers() throws Exception {
        for (int i = 0; i < ReadBuffers.Shared.COUNT; i++) {
            send(SHORT);
            assertArrives(SHORT);
        }
    }

    private void open() throws IOException {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Channel channel = turn.connectTo(server, new ChannelReads());
            peer = server.accept();
            leg = new Leg(channel);
            channel.config().setRecvByteBufAllocator(ReadBuffers.ADAPTING);
            channel.pipeline().addLast(leg);
        }
    }

    @AfterEach
    void end() throws IOException {
        turn.close();
        peer.close();
        eventLoops.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
        assertThat(wrongAt).as("first byte that is not the one sent").isEqualTo(-1);
    }

    @Test
    void short_messages_come_past_the_channel() throws Exception {
        int before = channelReads;
        for (int i = 0; i < 10; i++) {
            send(SHORT);
            assertArrives(SHORT);
        }
        assertThat(channelReads).isEqualTo(before);
    }

    @Test
    void messages_that_come_while_others_are_read_are_told_of() throws Exception {
        for (int i = 0; i < 20_000; i++) {
            send(SHORT);
        }
        assertArrives(20_000 * SHORT);
    }

    @Test
    void what_fills_the_buffer_comes_by_way_of_the_channel_and_short_messages_do_not_again() throws Exception {
        send(LONG);
        assertArrives(LONG);
        assertThat(channelReads).isPositive();
        // If the last read before them filled the buffer, it is seen at the second that little comes
        for (int i = 0; i < 2; i++) {
            send(SHORT);
            assertArrives(SHORT);
        }
        int after = channelReads;
        send(SHORT);
        assertArrives(SHORT);
        assertThat(channelReads).isEqualTo(after);
    }

    @Test
    void a_read_that_just_fills_the_buffer_leaves_nothing_behind() throws Exception {
        for (int i = 0; i < 20; i++) {
            send(ReadBuffers.FIRST);
            send(SHORT);
            assertArrives(ReadBuffers.FIRST + SHORT);
        }
    }

    @Test
    void what_came_while_reading_had_stopped_is_read_when_it_starts_again() throws Exception {
        for (int i = 0; i < 50; i++) {
            onLoop(leg::pause);
            send(SHORT);
            onLoop(leg::resume);
            assertArrives(SHORT);
        }
    }

    @Test
    void what_the_kernel_told_of_while_reading_had_stopped_for_less_than_a_turn_is_read() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            turn.connectTo(server, new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object message) {
                    ReferenceCountUtil.release(message);
                    leg.pause();
                    ctx.executor().execute(leg::resume);
                }
            });
            try (Socket itsPeer = server.accept()) {
                turn.of(() -> {
                    itsPeer.getOutputStream().write(1);
                    send(SHORT);
                });
                assertArrives(SHORT);
            }
        }
    }

    @Test
    void reading_that_stops_inside_a_long_message_goes_on_where_it_stopped() throws Exception {
        send(LONG);
        for (int i = 0; i < 100; i++) {
            onLoop(leg::pause);
            onLoop(leg::resume);
        }
        assertArrives(LONG);
    }

    @Test
    void while_somebody_holds_the_buffers_the_channel_reads() throws Exception {
        onLoop(() -> isHolding = true);
        // Into the buffers that are held from then on
        sendAsManyAsThereAreBuffers();
        int past = reads - channelReads;
        for (int i = 0; i < 200; i++) {
            send(SHORT);
            assertArrives(SHORT);
        }
        assertThat(reads - channelReads).as("reads past the channel").isEqualTo(past);
        onLoop(() -> held.forEach(ByteBuf::release));
    }

    @Test
    void the_last_words_arrive_before_the_end() throws Exception {
        send(SHORT);
        peer.close();
        assertArrives(SHORT);
        assertGone();
    }

    /// With all that the kernel holds by then, an end that is told at once would make more of it come.
    @Test
    void reading_that_has_stopped_does_not_go_on_because_the_peer_has_ended() throws Exception {
        int before = reads;
        onLoop(() -> isPausing = true);
        send(16 * ReadBuffers.FIRST);
        peer.shutdownOutput();
        awaitCloseWait();
        awaitReadAfter(before);
        int one = reads;
        int came = arrived.availablePermits();
        assertThat(came).isBetween(1, 4 * ReadBuffers.FIRST);
        turn.pass();
        assertThat(reads).isEqualTo(one);
        onLoop(() -> isPausing = false);
        onLoop(leg::resume);
        assertArrives(16 * ReadBuffers.FIRST);
        assertGone();
    }

    private void awaitCloseWait() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (((EpollSocketChannel) leg.channel()).tcpInfo().state() != CLOSE_WAIT) {
            assertThat(System.nanoTime()).as("waiting for the peer's end").isLessThan(deadline);
        }
    }

    private void awaitReadAfter(int before) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (reads == before) {
            assertThat(System.nanoTime()).as("waiting for a read").isLessThan(deadline);
        }
        turn.pass();
    }

    @Test
    void a_reset_is_noticed_also_while_nothing_is_read() throws Exception {
        onLoop(leg::pause);
        peer.setSoLinger(true, 0);
        peer.close();
        assertGone();
    }

    @Test
    void a_reset_is_noticed() throws Exception {
        peer.setSoLinger(true, 0);
        peer.close();
        assertGone();
    }

    @Test
    void a_finished_leg_reads_to_the_end_and_tells_nothing() throws Exception {
        onLoop(leg::finish);
        send(LONG);
        peer.close();
        assertGone();
        assertThat(arrived.availablePermits()).isZero();
    }

    @Test
    void nor_does_one_that_was_finished_before_anybody_listened() throws Exception {
        peer.close();
        assertGone();
        open();
        gone = new CountDownLatch(1);
        onLoop(leg::finish);
        onLoop(() -> leg.attach(new Watch()));
        send(LONG);
        peer.close();
        assertGone();
        assertThat(arrived.availablePermits()).isZero();
    }

    @Test
    void what_is_longer_than_the_buffer_again_and_again_is_left_to_the_channel() throws Exception {
        int length = ReadBuffers.FIRST + SHORT;
        send(length);
        assertArrives(length);
        int past = reads - channelReads;
        for (int i = 0; i < 50; i++) {
            send(length);
            assertArrives(length);
        }
        assertThat(reads - channelReads).as("reads past the channel").isEqualTo(past);
    }

    @ParameterizedTest
    @ValueSource(strings = {"received", "receivedAll"})
    void a_listener_that_fails_loses_its_leg(String where) throws Exception {
        failing = where;
        send(SHORT);
        assertGone();
    }

    @Test
    void a_socket_with_the_number_of_one_that_is_gone_has_its_own_leg() throws Exception {
        for (int i = 0; i < 5; i++) {
            leg.channel().close().syncUninterruptibly();
            peer.close();
            sent = 0;
            onLoop(() -> read = 0);
            connect();
            send(SHORT);
            assertArrives(SHORT);
        }
    }

    private long read;

    private void send(int bytes) throws IOException {
        byte[] part = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            part[i] = (byte) (sent++ % 251);
        }
        peer.getOutputStream().write(part);
    }

    private void assertArrives(int bytes) throws InterruptedException {
        assertThat(arrived.tryAcquire(bytes, 60, TimeUnit.SECONDS))
                .as("%d bytes, of which %d came", bytes, arrived.availablePermits())
                .isTrue();
    }

    private void assertGone() throws InterruptedException {
        assertThat(gone.await(20, TimeUnit.SECONDS))
                .as("told that the leg is gone")
                .isTrue();
    }

    private void onLoop(Runnable task) {
        leg.channel().eventLoop().submit(task).syncUninterruptibly();
    }

    /// Sees what the channel reads.
    private final class ChannelReads extends ChannelInboundHandlerAdapter {
        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one event loop
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            channelReads++;
            ctx.fireChannelRead(message);
        }
    }

    private final class Watch implements LegEvents {
        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one event loop
        public void received(ByteBuf bytes) {
            if (failing.equals("received")) {
                bytes.release();
                throw new IllegalStateException("made to fail");
            }
            reads++;
            if (isPausing) {
                leg.pause();
            }
            int count = bytes.readableBytes();
            while (bytes.isReadable()) {
                int expected = (int) (read++ % 251);
                if (bytes.readUnsignedByte() != expected && wrongAt < 0) {
                    wrongAt = read - 1;
                }
            }
            if (isHolding) {
                held.add(bytes);
            } else {
                bytes.release();
            }
            arrived.release(count);
        }

        @Override
        public void receivedAll() {
            if (failing.equals("receivedAll")) {
                throw new IllegalStateException("made to fail");
            }
        }

        @Override
        public void drained() {}

        @Override
        public void gone() {
            gone.countDown();
        }
    }
}

package dev.holdfast.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.keepalive.KeepAliveProperties;
import dev.holdfast.gateway.keepalive.PingMode;
import dev.holdfast.gateway.leg.Leg;
import dev.holdfast.gateway.leg.LegIoHandler;
import dev.holdfast.gateway.link.KeptBytes;
import dev.holdfast.gateway.link.LinkProperties;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.springframework.util.unit.DataSize;

/// A client that reads slowly, on a real socket, by a clock that no machine holds up.
@EnabledOnOs(OS.LINUX)
class SlowClientTest {
    private static final Duration MAX_UNREADABLE = Duration.ofSeconds(30);
    private static final Duration PING_INTERVAL = Duration.ofSeconds(30);
    private static final Duration PING_TIMEOUT = Duration.ofSeconds(10);
    /// When a ping has certainly been sent.
    private static final Duration PINGED = PING_INTERVAL.plusSeconds(4);

    private static final int SEND_BUFFER = 200 << 10;
    private static final int RECEIVE_BUFFER = 8 << 10;
    /// More than the sockets on the way and the water marks hold.
    private static final int MUCH = 1 << 20;

    /// What does not stop the backend.
    private static final int BEFORE_PING = 220 << 10;

    private static final int MOST_UNREAD = 2 * MUCH;
    /// Twice what the kernel makes of [#RECEIVE_BUFFER], so that it takes more for it.
    private static final int PIECE = 4 * RECEIVE_BUFFER;

    private final EmbeddedChannel clock = new EmbeddedChannel();
    private final EventLoopGroup eventLoops = new MultiThreadIoEventLoopGroup(1, LegIoHandler.factory());
    private final List<Integer> codes = new ArrayList<>();
    private final SessionLoop loop = new SessionLoop(
            clock.eventLoop(),
            new SessionLoop.Settings(
                    new RelayProperties(DataSize.ofMegabytes(1), 1_000_000, null, MAX_UNREADABLE),
                    new KeepAliveProperties(PING_INTERVAL, PING_TIMEOUT, PingMode.BOTH),
                    new LinkProperties(Duration.ofMinutes(1), Duration.ofHours(1), Duration.ofHours(1))),
            new KeptBytes(1 << 20),
            MOST_UNREAD,
            new SessionObserver() {
                @Override
                public void ended(SessionEnd end) {
                    codes.add(end.code());
                }
            },
            new SessionLoop.Totals(new AtomicInteger(), new AtomicInteger()));
    private final Pipe backend = new Pipe();
    private Leg client;
    private Socket peer;

    @BeforeEach
    void open() throws IOException {
        clock.freezeTime();
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setReceiveBufferSize(RECEIVE_BUFFER);
            Channel channel = new Bootstrap()
                    .group(eventLoops)
                    .channel(EpollSocketChannel.class)
                    .option(ChannelOption.SO_SNDBUF, SEND_BUFFER)
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect(server.getLocalSocketAddress())
                    .syncUninterruptibly()
                    .channel();
            peer = server.accept();
            peer.setSoTimeout(10_000);
            client = new Leg(channel);
            channel.pipeline().addLast(client);
        }
        onLoop(() -> loop.open(
                new SessionInfo("id", "game", "player", "127.0.0.1", "", null, null), client, backend.leg(), null));
    }

    @AfterEach
    void end() throws IOException {
        peer.close();
        onLoop(() -> {
            backend.close();
            client.cut();
        });
        eventLoops.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
        backend.finishAndReleaseAll();
        clock.finishAndReleaseAll();
    }

    @Test
    void who_takes_a_little_in_time_is_left_however_long_much_waits_for_it() throws IOException {
        backendSends(MUCH);
        for (int i = 0; i < 4; i++) {
            passTalking(MAX_UNREADABLE.minusSeconds(5));
            takes(PIECE);
        }
        assertThat(onLoop(client::isWritable)).isFalse();

        passTalking(MAX_UNREADABLE.minusSeconds(5));
        assertThat(isClosing()).isFalse();
        while (!isClosing()) {
            passTalking(Duration.ofSeconds(5));
        }
        assertEndsWith(4002);
    }

    @Test
    void a_ping_behind_much_waits_for_its_answer_when_it_has_come_there() throws IOException {
        backendSends(BEFORE_PING);
        pass(PINGED);
        for (int i = 0; i < 4; i++) {
            takes(PIECE);
            pass(PING_TIMEOUT.minusSeconds(1));
        }
        assertThat(isClosing()).isFalse();
        // Nothing of it is left, but no answer comes
        assertThat(peer.getInputStream().readNBytes(BEFORE_PING - 4 * PIECE)).isNotEmpty();
        pass(PINGED.plus(PING_TIMEOUT));
        assertEndsWith(4001);
    }

    @Test
    void a_client_that_takes_nothing_more_is_found_silent_after_the_timeout() throws IOException {
        backendSends(BEFORE_PING);
        takes(PIECE);
        pass(PINGED.plus(PING_TIMEOUT));
        assertEndsWith(4001);
    }

    /// The kernel may tell late of the last that was taken, so this may take longer by the clock of the test.
    private void assertEndsWith(int code) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (codes.isEmpty()) {
            pass(Session.CLOSE_TIMEOUT);
            assertThat(System.nanoTime()).as("waiting for the end").isLessThan(deadline);
        }
        assertThat(codes).containsExactly(code);
    }

    private void passTalking(Duration time) throws IOException {
        for (int seconds = 0; seconds < time.toSeconds(); seconds += 5) {
            pass(Duration.ofSeconds(5));
            if (!isClosing()) {
                says();
            }
        }
    }

    /// Anything; heard when this returns.
    private void says() throws IOException {
        int before = onLoop(client::heard);
        peer.getOutputStream().write(new byte[] {(byte) 0x8A, (byte) 0x80, 0, 0, 0, 0});
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (onLoop(client::heard) == before) {
            assertThat(System.nanoTime()).as("waiting to be heard").isLessThan(deadline);
        }
    }

    private void backendSends(int payload) {
        byte[] message = new byte[10 + payload];
        message[0] = (byte) 0x82;
        message[1] = 127;
        for (int i = 0; i < Long.BYTES; i++) {
            message[2 + i] = (byte) ((long) payload >>> (56 - 8 * i));
        }
        onLoop(() -> {
            backend.writeInbound(Unpooled.wrappedBuffer(message));
        });
    }

    /// Returns when the gateway's kernel knows that some of it was taken.
    private void takes(int bytes) throws IOException {
        long before = acknowledged();
        assertThat(peer.getInputStream().readNBytes(bytes)).hasSize(bytes);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (acknowledged() - before < RECEIVE_BUFFER) {
            assertThat(System.nanoTime()).as("waiting for an acknowledgement").isLessThan(deadline);
        }
    }

    private long acknowledged() {
        return onLoop(client::delivery).acknowledged();
    }

    private void pass(Duration time) {
        onLoop(() -> {
            for (long millis = 0; millis < time.toMillis(); millis += 10) {
                clock.advanceTimeBy(10, TimeUnit.MILLISECONDS);
                clock.runScheduledPendingTasks();
            }
        });
    }

    private boolean isClosing() {
        return onLoop(() ->
                !loop.find(view -> view.state() == SessionView.State.CLOSING).isEmpty());
    }

    private void onLoop(Runnable task) {
        client.channel().eventLoop().submit(task).syncUninterruptibly();
    }

    private <T> T onLoop(Callable<T> task) {
        return client.channel().eventLoop().submit(task).syncUninterruptibly().getNow();
    }
}

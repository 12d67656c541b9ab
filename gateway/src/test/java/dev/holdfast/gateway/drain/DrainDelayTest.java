package dev.holdfast.gateway.drain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.keepalive.KeepAliveProperties;
import dev.holdfast.gateway.keepalive.PingMode;
import dev.holdfast.gateway.leg.Leg;
import dev.holdfast.gateway.link.LinkProperties;
import dev.holdfast.gateway.relay.RelayProperties;
import dev.holdfast.gateway.relay.SessionInfo;
import dev.holdfast.gateway.relay.SessionObserver;
import dev.holdfast.gateway.relay.SessionView;
import dev.holdfast.gateway.relay.Sessions;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;
import reactor.test.scheduler.VirtualTimeScheduler;

/// Whoever sends players here has yet to notice that this gateway is not ready.
class DrainDelayTest {
    private static final Duration DELAY = Duration.ofSeconds(5);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
    private final EventLoop loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()).next();
    private final Sessions sessions = new Sessions(
            new RelayProperties(DataSize.ofKilobytes(64), 20, null, SECOND),
            new KeepAliveProperties(SECOND, SECOND, PingMode.BOTH),
            new LinkProperties(SECOND, SECOND, SECOND),
            new SessionObserver() {},
            1);
    private final Drain drain = new Drain(new DrainProperties(DELAY, Duration.ofMinutes(4)), sessions, _ -> {});

    @AfterEach
    void end() {
        VirtualTimeScheduler.reset();
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void without_a_session_it_serves_on_until_the_delay_is_over_and_then_leaves_at_once() {
        CompletableFuture<Void> end = drain.begin();
        time.advanceTimeBy(DELAY.minusMillis(1));
        assertThat(end).isNotDone();

        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(end).isDone();
    }

    @Test
    void no_session_leaves_before_the_delay_is_over() throws Exception {
        try (ServerSocket peers = new ServerSocket(0, 2, InetAddress.getLoopbackAddress())) {
            Leg client = connectTo(peers);
            Leg backend = connectTo(peers);
            SessionInfo info = new SessionInfo("id", "game", "player", "127.0.0.1", "", null, null);
            loop.submit(() -> sessions.open(info, client, backend, null)).sync();
            var _ = drain.begin();
            time.advanceTimeBy(DELAY.minusMillis(1));
            // Behind whatever the loop has been told to do
            loop.schedule(() -> {}, 1, TimeUnit.MILLISECONDS).sync();
            assertThat(isAnyoneLeaving()).isFalse();

            time.advanceTimeBy(Duration.ofMillis(1));
            long deadline = System.nanoTime() + DEADLINE.toNanos();
            while (!isAnyoneLeaving()) {
                assertThat(System.nanoTime())
                        .as("waiting for the first to leave")
                        .isLessThan(deadline);
            }
        }
    }

    private Leg connectTo(ServerSocket peers) {
        return new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel opened) {
                        opened.pipeline().addLast(new Leg(opened));
                    }
                })
                .connect(peers.getLocalSocketAddress())
                .syncUninterruptibly()
                .channel()
                .pipeline()
                .get(Leg.class);
    }

    private boolean isAnyoneLeaving() {
        return !sessions.find(view -> view.state() == SessionView.State.CLOSING)
                .join()
                .isEmpty();
    }
}

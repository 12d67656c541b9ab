package dev.holdfast.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLException;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// Opens sessions at a bounded rate, holds them, and reports whether every one survived and how long its application
/// pings took to come back from the gateway. Two event loops carry them all.
public final class LoadTest implements Session.Watch {
    private static final int LOOPS = 2;
    private static final int LONGEST_MESSAGE_BYTES = 1 << 20;
    private static final int LONGEST_REFUSAL_BYTES = 1 << 16;
    private static final long LONGEST_RECORDED_NANOS = TimeUnit.HOURS.toNanos(1);

    private final LoadOptions options;
    private final InetSocketAddress address;
    private final @Nullable SslContext tls;
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(LOOPS, NioIoHandler.newFactory());
    private final String run = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);

    private final Queue<Session> opened = new ConcurrentLinkedQueue<>();
    private final Queue<LoadReport.Death> deaths = new ConcurrentLinkedQueue<>();
    private final CountDownLatch attempts;
    private final CountDownLatch ends;
    private final Histogram handshakes = new ConcurrentHistogram(LONGEST_RECORDED_NANOS, 3);
    private final Histogram roundTrips = new ConcurrentHistogram(LONGEST_RECORDED_NANOS, 3);
    private final LongAdder answeredPings = new LongAdder();
    private final long startedAtNanos = System.nanoTime();

    private LoadTest(LoadOptions options, InetSocketAddress address, @Nullable SslContext tls) {
        this.options = options;
        this.address = address;
        this.tls = tls;
        attempts = new CountDownLatch(options.players());
        ends = new CountDownLatch(options.players());
    }

    public static void main(String[] arguments) throws Exception {
        if (List.of(arguments).contains("--help")) {
            System.out.print(LoadOptions.USAGE);
            return;
        }
        try {
            LoadReport report = run(
                    LoadOptions.parse(
                            List.of(arguments), ClientHeaders.ofEnvironment().token()),
                    System.out);
            report.print(System.out);
            System.exit(report.isGood() ? 0 : 1);
        } catch (IllegalArgumentException usage) {
            System.err.println(usage.getMessage());
            System.err.print(LoadOptions.USAGE);
            System.exit(2);
        }
    }

    /// Runs the whole test; returns when every session has ended.
    ///
    /// @throws IllegalArgumentException when the gateway's host is unknown, or on another machine without leave
    static LoadReport run(LoadOptions options, PrintStream progress) throws InterruptedException, SSLException {
        InetSocketAddress address = address(options);
        boolean isSecure = "wss".equals(options.url().getScheme());
        LoadTest test = new LoadTest(
                options, address, isSecure ? SslContextBuilder.forClient().build() : null);
        try {
            return test.run(progress);
        } finally {
            test.loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private static InetSocketAddress address(LoadOptions options) {
        URI url = options.url();
        try {
            InetAddress[] all = InetAddress.getAllByName(url.getHost());
            if (!options.remoteAllowed() && !Arrays.stream(all).allMatch(InetAddress::isLoopbackAddress)) {
                throw new IllegalArgumentException(
                        "--url: %s is another machine (%s); --allow-remote says that its owner wants this load"
                                .formatted(url, all[0].getHostAddress()));
            }
            int standardPort = "wss".equals(url.getScheme()) ? 443 : 80;
            return new InetSocketAddress(all[0], url.getPort() < 0 ? standardPort : url.getPort());
        } catch (UnknownHostException unknown) {
            throw new IllegalArgumentException("--url: nobody knows the host of " + url, unknown);
        }
    }

    private LoadReport run(PrintStream progress) throws InterruptedException {
        progress.printf(
                "%,d players against %s, opened at %,d/s, to survive %s%n",
                options.players(), options.url(), options.opensPerSecond(), LoadReport.text(options.hold()));
        long pauseNanos = TimeUnit.SECONDS.toNanos(1) / options.opensPerSecond();
        for (int i = 0; i < options.players(); i++) {
            int player = i;
            loops.next().schedule(() -> open(player), i * pauseNanos, TimeUnit.NANOSECONDS);
        }
        attempts.await();
        Duration opening = Duration.ofNanos(System.nanoTime() - startedAtNanos);
        progress.printf("%,d open after %s%n", opened.size(), LoadReport.text(opening));

        boolean allDied = ends.await(options.hold().toNanos(), TimeUnit.NANOSECONDS);
        if (!allDied) {
            opened.forEach(Session::finish);
            ends.await();
        }
        return new LoadReport(
                options.players(),
                opened.size(),
                List.copyOf(deaths),
                handshakes.copy(),
                roundTrips.copy(),
                answeredPings.sum());
    }

    private void open(int player) {
        URI url = options.url().resolve("/ws/load-%s-%d/player-%d".formatted(run, player / 2, player));
        Session session = new Session("player-" + player, options, this);
        Bootstrap bootstrap = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        options.patience().toMillis())
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        assemble(channel.pipeline(), channel, url, session);
                    }
                });
        bootstrap.connect(address).addListener((ChannelFuture connected) -> {
            if (!connected.isSuccess()) {
                session.failedToConnect(connected.cause());
            }
        });
    }

    private void assemble(ChannelPipeline pipeline, SocketChannel channel, URI url, Session session) {
        if (tls != null) {
            pipeline.addLast(tls.newHandler(channel.alloc(), url.getHost(), address.getPort()));
        }
        HttpHeaders headers = new DefaultHttpHeaders();
        options.headers().each(headers::set);
        WebSocketClientProtocolConfig config = WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri(url)
                .customHeaders(headers)
                .generateOriginHeader(false)
                .maxFramePayloadLength(LONGEST_MESSAGE_BYTES)
                .handleCloseFrames(false)
                .sendCloseFrame(null)
                .handshakeTimeoutMillis(options.patience().toMillis())
                .build();
        pipeline.addLast(
                new HttpClientCodec(),
                new HttpObjectAggregator(LONGEST_REFUSAL_BYTES),
                new RefusalReader(session),
                new WebSocketClientProtocolHandler(config),
                session);
    }

    @Override
    public void opened(Session session, long handshakeNanos) {
        handshakes.recordValue(Math.min(handshakeNanos, LONGEST_RECORDED_NANOS));
        opened.add(session);
        attempts.countDown();
    }

    @Override
    public void ponged(long roundTripNanos) {
        roundTrips.recordValue(Math.min(roundTripNanos, LONGEST_RECORDED_NANOS));
    }

    @Override
    public void answeredPing() {
        answeredPings.increment();
    }

    @Override
    public void ended(Session session, boolean wasOpen, @Nullable String death) {
        if (death != null) {
            Duration age = Duration.ofNanos(System.nanoTime() - startedAtNanos);
            deaths.add(new LoadReport.Death(session.name(), age, death));
        }
        if (!wasOpen) {
            attempts.countDown();
        }
        ends.countDown();
    }
}

package dev.holdfast.bench.compare;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// Sessions through one gateway, on one event loop: opens them, and makes them talk in one of two ways. Binary
/// messages of 64 bytes are ours; text is the gateway's pings, which are answered and never counted. Loopback only.
final class Swarm implements AutoCloseable {
    static final int MESSAGE_BYTES = 64;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final ByteBuf MESSAGE = masked(SmallFrames.BINARY, "x".repeat(MESSAGE_BYTES));
    private static final ByteBuf PONG = masked(SmallFrames.TEXT, "{\"type\":\"pong\"}");

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final List<Session> sessions = new ArrayList<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final LongAdder echoes = new LongAdder();
    private volatile boolean answersAtOnce;
    private volatile Histogram latencies = new ConcurrentHistogram(LONGEST_NANOS, 3);

    /// Opens so many sessions, some hundreds of handshakes under way at a time.
    ///
    /// @return from the first connect to the last 101
    Duration open(int port, int count) {
        long started = System.nanoTime();
        CountDownLatch opened = new CountDownLatch(count);
        AtomicInteger next = new AtomicInteger();
        int atOnce = Math.min(count, 256);
        for (int i = 0; i < atOnce; i++) {
            openNext(port, count, next, opened);
        }
        await(opened, "handshakes");
        return Duration.ofNanos(System.nanoTime() - started);
    }

    private void openNext(int port, int count, AtomicInteger next, CountDownLatch opened) {
        int number = next.getAndIncrement();
        if (number >= count) {
            return;
        }
        Session session = new Session(number, () -> {
            opened.countDown();
            openNext(port, count, next, opened);
        });
        synchronized (sessions) {
            sessions.add(session);
        }
        new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(session);
                    }
                })
                .connect("127.0.0.1", port)
                .addListener((ChannelFuture connected) -> {
                    if (!connected.isSuccess()) {
                        failures.add("cannot connect: " + connected.cause());
                    }
                });
    }

    /// Each session sends its next message when the last one is back.
    ///
    /// @return messages that came back in that time
    long closedLoop(Duration time) {
        answersAtOnce = true;
        all().forEach(session -> session.say(System.nanoTime()));
        long before = echoes.sum();
        rest(time);
        long done = echoes.sum() - before;
        answersAtOnce = false;
        settle();
        return done;
    }

    /// Messages at fixed times, whatever comes back, a session after the other; a latency counts from when a
    /// message should have gone, so that a stall is charged to all that had to wait for it.
    ///
    /// @return nanoseconds
    Histogram openLoop(int perSecond, Duration time) {
        latencies = new ConcurrentHistogram(LONGEST_NANOS, 3);
        List<Session> all = all();
        long count = perSecond * time.toMillis() / 1000;
        long start = System.nanoTime();
        CountDownLatch sent = new CountDownLatch(1);
        loop.next().execute(() -> pace(all, start, perSecond, 0, count, sent));
        await(sent, "messages to be sent");
        settle();
        return latencies.copy();
    }

    private void pace(List<Session> all, long start, int perSecond, long from, long count, CountDownLatch sent) {
        long next = from;
        while (next < count && System.nanoTime() - intended(start, perSecond, next) >= 0) {
            all.get((int) (next % all.size())).say(intended(start, perSecond, next));
            next++;
        }
        if (next == count) {
            sent.countDown();
            return;
        }
        long reached = next;
        Future<?> _ = loop.next()
                .schedule(() -> pace(all, start, perSecond, reached, count, sent), 500, TimeUnit.MICROSECONDS);
    }

    /// When a message is due.
    static long intended(long start, int perSecond, long number) {
        return start + number * TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    /// Sessions that are open.
    int count() {
        return (int) all().stream().filter(Session::isOpen).count();
    }

    private List<Session> all() {
        synchronized (sessions) {
            return List.copyOf(sessions);
        }
    }

    /// Waits until every message is back.
    private void settle() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (all().stream().anyMatch(Session::isWaiting)) {
            if (System.nanoTime() > deadline || !failures.isEmpty()) {
                throw new IllegalStateException("messages did not come back: " + failures);
            }
            rest(Duration.ofMillis(20));
        }
    }

    private void await(CountDownLatch latch, String what) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!latch.await(50, TimeUnit.MILLISECONDS)) {
                if (System.nanoTime() > deadline || !failures.isEmpty()) {
                    throw new IllegalStateException(
                            "waited for %s, %d to go: %s".formatted(what, latch.getCount(), failures));
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    static void rest(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    private static ByteBuf masked(int first, String payload) {
        byte[] bytes = payload.getBytes(StandardCharsets.US_ASCII);
        byte[] key = {0x37, (byte) 0xfa, 0x21, 0x3d};
        ByteBuf frame = Unpooled.directBuffer()
                .writeByte(first)
                .writeByte(0x80 | bytes.length)
                .writeBytes(key);
        for (int i = 0; i < bytes.length; i++) {
            frame.writeByte(bytes[i] ^ key[i & 3]);
        }
        return Unpooled.unreleasableBuffer(frame.asReadOnly());
    }

    /// Resets all, so that no port waits for its time.
    @Override
    public void close() {
        all().forEach(Session::reset);
        Future<?> _ = loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private final class Session extends ChannelInboundHandlerAdapter {
        private final int number;
        private final Runnable whenOpen;
        private final StringBuilder head = new StringBuilder();
        private final SmallFrames frames = new SmallFrames();
        private final ArrayDeque<Long> dueAtNanos = new ArrayDeque<>(2);
        private volatile boolean isOpen;
        private volatile int waiting;
        private volatile @Nullable Channel channel;

        Session(int number, Runnable whenOpen) {
            this.number = number;
            this.whenOpen = whenOpen;
        }

        boolean isOpen() {
            return isOpen;
        }

        boolean isWaiting() {
            return waiting > 0;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            channel = ctx.channel();
            ctx.writeAndFlush(
                    Unpooled.copiedBuffer(
                            """
                            GET /ws/bench-%d/p HTTP/1.1\r
                            Host: 127.0.0.1:%d\r
                            Origin: http://bench.example\r
                            Connection: Upgrade\r
                            Upgrade: websocket\r
                            Sec-WebSocket-Version: 13\r
                            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                            \r
                            """.formatted(
                                    number, ((InetSocketAddress) ctx.channel().remoteAddress()).getPort()),
                            StandardCharsets.US_ASCII),
                    ctx.voidPromise());
        }

        /// On any thread.
        void say(long intendedNanos) {
            Channel open = channel;
            if (open == null) {
                return;
            }
            if (open.eventLoop().inEventLoop()) {
                dueAtNanos.add(intendedNanos);
                waiting = dueAtNanos.size();
                open.writeAndFlush(MESSAGE.duplicate(), open.voidPromise());
            } else {
                open.eventLoop().execute(() -> say(intendedNanos));
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf in = (ByteBuf) message;
            try {
                while (!isOpen && in.isReadable()) {
                    readHead(ctx, in);
                }
                if (isOpen) {
                    frames.read(in, (first, _, _, length) -> frame(ctx, first, length));
                }
            } finally {
                in.release();
            }
        }

        private void readHead(ChannelHandlerContext ctx, ByteBuf in) {
            head.append((char) in.readByte());
            if (head.length() > 3 && head.indexOf("\r\n\r\n", head.length() - 4) >= 0) {
                if (!head.toString().startsWith("HTTP/1.1 101 ")) {
                    failures.add(head.toString().lines().findFirst().orElse("no answer"));
                    ctx.close();
                    return;
                }
                isOpen = true;
                head.setLength(0);
                head.trimToSize();
                whenOpen.run();
            }
        }

        private void frame(ChannelHandlerContext ctx, int first, int length) {
            if (first == SmallFrames.BINARY && length == MESSAGE_BYTES) {
                Long due = dueAtNanos.poll();
                waiting = dueAtNanos.size();
                echoes.increment();
                if (due != null) {
                    latencies.recordValue(Math.clamp(System.nanoTime() - due, 0, LONGEST_NANOS));
                }
                if (answersAtOnce) {
                    say(System.nanoTime());
                }
            } else if (first == SmallFrames.TEXT) {
                ctx.writeAndFlush(PONG.duplicate(), ctx.voidPromise());
            } else if (first == SmallFrames.CLOSE) {
                failures.add("session " + number + " was closed");
            }
        }

        void reset() {
            Channel open = channel;
            if (open != null) {
                open.eventLoop().execute(() -> {
                    if (open.isActive()) {
                        open.config().setOption(ChannelOption.SO_LINGER, 0);
                        open.close();
                    }
                });
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            failures.add("session " + number + ": " + cause);
            ctx.close();
        }
    }
}

package dev.holdfast.gateway.relay;

import dev.holdfast.gateway.keepalive.AppSignal;
import dev.holdfast.gateway.keepalive.AppSignalReader;
import dev.holdfast.gateway.keepalive.KeepAlive;
import dev.holdfast.gateway.keepalive.KeepAliveProperties;
import dev.holdfast.gateway.keepalive.PingMode;
import dev.holdfast.gateway.leg.Frame;
import dev.holdfast.gateway.leg.Leg;
import dev.holdfast.gateway.link.KeptBytes;
import dev.holdfast.gateway.link.LinkProperties;
import dev.holdfast.gateway.link.Redial;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Ticker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ObjLongConsumer;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sessions of one event loop and what they share: the sweep that keeps them alive, buffers, counters.
/// Everything but the counters is touched by that event loop only.
final class SessionLoop {
    static final ByteBuf BACKEND_AWAY =
            Frame.constant(Frame.TEXT, "{\"type\":\"sys.notice\",\"state\":\"backend_away\"}");
    static final ByteBuf BACKEND_BACK =
            Frame.constant(Frame.TEXT, "{\"type\":\"sys.notice\",\"state\":\"backend_back\"}");

    private static final ByteBuf APP_PING = Frame.constant(Frame.TEXT, "{\"type\":\"ping\"}");
    private static final ByteBuf APP_PONG = Frame.constant(Frame.TEXT, "{\"type\":\"pong\"}");

    private static final Logger LOG = LoggerFactory.getLogger(SessionLoop.class);

    /// How long a client may take next to nothing when there is not enough memory for all of those.
    private static final Duration SHORT_OF_MEMORY = Duration.ofSeconds(1);

    private final EventLoop eventLoop;
    private final Ticker ticker;
    private final Settings settings;
    private final KeepAliveProperties backendKeepAlive;
    private final SessionObserver observer;
    private final KeptBytes kept;
    private final long mostUnread;
    private final Totals totals;

    private final LoopCounters counters = new LoopCounters();
    private final RandomGenerator jitter = new SplittableRandom();
    private final AppSignalReader signals = new AppSignalReader(FrameScanner.INSPECTED_BYTES);
    private final byte[] text = new byte[FrameScanner.INSPECTED_BYTES];
    private final List<Session> sessions = new ArrayList<>();
    private boolean sweeping;
    /// Bytes that waited for the clients at the last sweep, without those of the sessions that it has let go.
    private long unread;

    /// What the sessions of a gateway have in common.
    record Settings(RelayProperties relay, KeepAliveProperties keepAlive, LinkProperties link) {}

    /// Numbers over all loops.
    record Totals(AtomicInteger open, AtomicInteger held) {}

    /// @param mostUnread bytes waiting for clients from which on those who take nothing are let go early
    SessionLoop(
            EventLoop eventLoop,
            Settings settings,
            KeptBytes kept,
            long mostUnread,
            SessionObserver observer,
            Totals totals) {
        this.eventLoop = eventLoop;
        ticker = eventLoop.ticker();
        this.settings = settings;
        this.kept = kept;
        this.mostUnread = mostUnread;
        this.observer = observer;
        this.totals = totals;
        backendKeepAlive = new KeepAliveProperties(
                settings.link().pingInterval(), settings.link().pingTimeout(), PingMode.FRAME);
    }

    void open(SessionInfo info, Leg client, Leg backend, @Nullable Redial redial) {
        observer.opened(info, Session.addressOf(backend));
        totals.open().incrementAndGet();
        Session session = new Session(this, info, client, backend, redial, sessions.size());
        sessions.add(session);
        if (!sweeping) {
            sweepLater();
        }
        session.start();
    }

    /// Takes a session out in constant time: the last one takes its place.
    void close(Session session, SessionEnd end) {
        Session last = sessions.removeLast();
        if (last.index() != session.index()) {
            sessions.set(session.index(), last);
            last.moveTo(session.index());
        }
        totals.open().decrementAndGet();
        observer.ended(end);
    }

    private void sweepLater() {
        sweeping = true;
        eventLoop.schedule(this::sweep, settings.keepAlive().sweepEvery().toNanos(), TimeUnit.NANOSECONDS);
    }

    private void sweep() {
        long now = now();
        long waiting = 0;
        // From the end, since a session that is closed here moves the last one, already seen, into its place
        try {
            for (int i = sessions.size() - 1; i >= 0; i--) {
                Session session = sessions.get(i);
                cutIfFailing(session, Session::sweep, now);
                waiting += session.unreadBytes();
            }
        } finally {
            unread = waiting;
            sweeping = false;
            if (!sessions.isEmpty()) {
                sweepLater();
            }
        }
    }

    /// What fails in one session, such as memory for its ping, must not end the keep-alive of all others, nor keep them
    /// from being closed.
    private static void cutIfFailing(Session session, ObjLongConsumer<Session> step, long argument) {
        try {
            step.accept(session, argument);
        } catch (RuntimeException | Error failure) {
            try {
                LOG.error(
                        "session {}: cut after a failure of our own",
                        session.info().id(),
                        failure);
            } finally {
                session.cut();
            }
        }
    }

    /// Nanoseconds; the one clock of the sessions of this loop.
    long now() {
        return ticker.nanoTime();
    }

    void execute(Runnable task) {
        eventLoop.execute(task);
    }

    void later(Runnable task, long delay, TimeUnit unit) {
        eventLoop.schedule(task, delay, unit);
    }

    /// Counts a session into a hold (1) or out of it (-1).
    void held(int change) {
        totals.held().addAndGet(change);
    }

    /// Closes all sessions that are open now, evenly over a time; those first that are looked at first.
    ///
    /// @param retry draws the milliseconds after which a client is told to come back
    void drain(Duration over, ToLongFunction<RandomGenerator> retry) {
        List<Session> leaving = List.copyOf(sessions);
        for (int i = 0; i < leaving.size(); i++) {
            Session session = leaving.get(i);
            long delayNanos = over.toNanos() * i / leaving.size();
            later(
                    () -> cutIfFailing(session, Session::drain, retry.applyAsLong(jitter)),
                    delayNanos,
                    TimeUnit.NANOSECONDS);
        }
    }

    List<SessionView> find(Predicate<SessionView> wanted) {
        return sessions.stream().map(Session::view).filter(wanted).toList();
    }

    /// @return how many there were
    int close(Predicate<SessionView> wanted, int code, String reason) {
        List<Session> found = sessions.stream()
                .filter(session -> !session.isEnding() && wanted.test(session.view()))
                .toList();
        found.forEach(session -> cutIfFailing(session, (each, _) -> each.close(code, reason), 0));
        return found.size();
    }

    /// The word before a close: `{"type":"sys.bye","code":1012,"reason":"retry=250"}`.
    static ByteBuf bye(ByteBufAllocator allocator, int code, String reason) {
        String text = "{\"type\":\"sys.bye\",\"code\":%d,\"reason\":\"%s\"}".formatted(code, reason);
        return Frame.bare(allocator, Frame.TEXT, text.getBytes(StandardCharsets.US_ASCII));
    }

    /// When a session that opens now has lasted as long as it may: up to a tenth early, so that sessions opened
    /// together do not all come back together. `Long.MAX_VALUE` if it may last for ever.
    long retiresAt(long now) {
        Duration most = settings.relay().maxLifetime();
        return most == null ? Long.MAX_VALUE : now + (long) (most.toNanos() * jitter.nextDouble(0.9, 1));
    }

    KeepAlive newKeepAlive() {
        return new KeepAlive(settings.keepAlive(), jitter, now());
    }

    KeepAlive newBackendKeepAlive() {
        return new KeepAlive(backendKeepAlive, jitter, now());
    }

    RandomGenerator jitter() {
        return jitter;
    }

    /// What a short text message says to the keep-alive.
    AppSignal signal(ByteBuf frame, int index, int length, int key) {
        Frame.unmask(frame, index, length, key, text);
        return signals.read(text, length);
    }

    ByteBuf appPing() {
        return APP_PING.duplicate();
    }

    ByteBuf appPong() {
        return APP_PONG.duplicate();
    }

    /// How long a client may take next to nothing of what waits for it.
    Duration maxUnreadable() {
        return isShortOfMemory() ? SHORT_OF_MEMORY : relay().maxUnreadable();
    }

    boolean isShortOfMemory() {
        return unread >= mostUnread;
    }

    /// This much does not wait any more.
    void dropped(long bytes) {
        unread -= bytes;
    }

    KeptBytes kept() {
        return kept;
    }

    LoopCounters counters() {
        return counters;
    }

    RelayProperties relay() {
        return settings.relay();
    }

    KeepAliveProperties keepAlive() {
        return settings.keepAlive();
    }

    LinkProperties link() {
        return settings.link();
    }

    SessionObserver observer() {
        return observer;
    }
}

package dev.holdfast.gateway.relay;

import dev.holdfast.gateway.keepalive.AppSignal;
import dev.holdfast.gateway.keepalive.AppSignalReader;
import dev.holdfast.gateway.keepalive.KeepAlive;
import dev.holdfast.gateway.keepalive.KeepAliveProperties;
import dev.holdfast.gateway.leg.Frame;
import dev.holdfast.gateway.leg.Leg;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/// The sessions of one event loop and what they share: the sweep that keeps them alive, buffers, counters.
/// Everything but the counters is touched by that event loop only.
final class SessionLoop {
    private static final ByteBuf APP_PING = Frame.constant(Frame.TEXT, "{\"type\":\"ping\"}");
    private static final ByteBuf APP_PONG = Frame.constant(Frame.TEXT, "{\"type\":\"pong\"}");

    private final EventLoop eventLoop;
    private final RelayProperties relay;
    private final KeepAliveProperties keepAlive;
    private final SessionObserver observer;
    private final AtomicInteger open;

    private final LoopCounters counters = new LoopCounters();
    private final RandomGenerator jitter = new SplittableRandom();
    private final AppSignalReader signals = new AppSignalReader(FrameScanner.INSPECTED_BYTES);
    private final byte[] text = new byte[FrameScanner.INSPECTED_BYTES];
    private final List<Session> sessions = new ArrayList<>();
    private boolean sweeping;

    SessionLoop(
            EventLoop eventLoop,
            RelayProperties relay,
            KeepAliveProperties keepAlive,
            SessionObserver observer,
            AtomicInteger open) {
        this.eventLoop = eventLoop;
        this.relay = relay;
        this.keepAlive = keepAlive;
        this.observer = observer;
        this.open = open;
    }

    void open(SessionInfo info, Leg client, Leg backend) {
        open.incrementAndGet();
        Session session = new Session(this, info, client, backend, sessions.size());
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
        open.decrementAndGet();
        observer.ended(end);
    }

    private void sweepLater() {
        sweeping = true;
        eventLoop.schedule(this::sweep, keepAlive.sweepEvery().toNanos(), TimeUnit.NANOSECONDS);
    }

    private void sweep() {
        long now = now();
        // From the end, since a session that is closed here moves the last one, already seen, into its place
        for (int i = sessions.size() - 1; i >= 0; i--) {
            sessions.get(i).sweep(now);
        }
        sweeping = false;
        if (!sessions.isEmpty()) {
            sweepLater();
        }
    }

    /// Nanoseconds; the one clock of the sessions of this loop.
    long now() {
        return System.nanoTime();
    }

    KeepAlive newKeepAlive() {
        return new KeepAlive(keepAlive, jitter, now());
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

    LoopCounters counters() {
        return counters;
    }

    RelayProperties relay() {
        return relay;
    }

    KeepAliveProperties keepAlive() {
        return keepAlive;
    }

    SessionObserver observer() {
        return observer;
    }
}

package dev.holdfast.gateway.relay;

import dev.holdfast.gateway.keepalive.KeepAliveProperties;
import dev.holdfast.gateway.leg.Leg;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;

/// All sessions of this gateway.
public final class Sessions {
    private final RelayProperties relay;
    private final KeepAliveProperties keepAlive;
    private final SessionObserver observer;
    private final List<SessionLoop> loops = new CopyOnWriteArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final FastThreadLocal<SessionLoop> loop = new FastThreadLocal<>();

    public Sessions(RelayProperties relay, KeepAliveProperties keepAlive, SessionObserver observer) {
        this.relay = relay;
        this.keepAlive = keepAlive;
        this.observer = observer;
    }

    /// Joins two legs into a session. Both live on the event loop that calls.
    public void open(SessionInfo info, Leg client, Leg backend) {
        EventLoop eventLoop = client.channel().eventLoop();
        assert eventLoop.inEventLoop() && backend.channel().eventLoop().equals(eventLoop);
        loopOf(eventLoop).open(info, client, backend);
    }

    /// Sessions of which at least one leg is connected.
    public int count() {
        return open.get();
    }

    /// The sum of a counter over all event loops.
    public long sum(ToLongFunction<LoopCounters> counter) {
        return loops.stream()
                .mapToLong(each -> counter.applyAsLong(each.counters()))
                .sum();
    }

    private SessionLoop loopOf(EventLoop eventLoop) {
        SessionLoop known = loop.get();
        if (known == null) {
            known = new SessionLoop(eventLoop, relay, keepAlive, observer, open);
            loop.set(known);
            loops.add(known);
        }
        return known;
    }
}

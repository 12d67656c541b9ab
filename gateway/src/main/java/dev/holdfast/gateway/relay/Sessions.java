package dev.holdfast.gateway.relay;

import dev.holdfast.gateway.keepalive.KeepAliveProperties;
import dev.holdfast.gateway.leg.Leg;
import dev.holdfast.gateway.link.KeptBytes;
import dev.holdfast.gateway.link.LinkProperties;
import dev.holdfast.gateway.link.Redial;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.internal.PlatformDependent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// All sessions of this gateway.
public final class Sessions {
    private final SessionLoop.Settings settings;
    private final long share;
    private final SessionObserver observer;
    private final List<SessionLoop> loops = new CopyOnWriteArrayList<>();
    private final SessionLoop.Totals totals = new SessionLoop.Totals(new AtomicInteger(), new AtomicInteger());
    private final FastThreadLocal<SessionLoop> loop = new FastThreadLocal<>();

    /// @param eventLoops how many there are
    public Sessions(
            RelayProperties relay,
            KeepAliveProperties keepAlive,
            LinkProperties link,
            SessionObserver observer,
            int eventLoops) {
        settings = new SessionLoop.Settings(relay, keepAlive, link);
        share = shareOf(PlatformDependent.maxDirectMemory(), eventLoops);
        this.observer = observer;
    }

    /// Of all that Netty may take a quarter may be kept for the backend, and a quarter wait for clients; at half of it
    /// those who keep much are let go. What passes needs the rest.
    static long shareOf(long directMemory, int eventLoops) {
        return directMemory / 4 / eventLoops;
    }

    /// Joins two legs into a session. Both live on the event loop that calls.
    ///
    /// @param redial how to get another backend leg if this one breaks; null if the backend does not speak the link
    ///     protocol
    public void open(SessionInfo info, Leg client, Leg backend, @Nullable Redial redial) {
        EventLoop eventLoop = client.channel().eventLoop();
        assert eventLoop.inEventLoop() && backend.channel().eventLoop().equals(eventLoop);
        loopOf(eventLoop).open(info, client, backend, redial);
    }

    /// Sessions of which at least one leg is connected.
    public int count() {
        return totals.open().get();
    }

    /// Those of them that wait for another backend leg.
    public int held() {
        return totals.held().get();
    }

    /// Closes all sessions with 1012, evenly over a time.
    ///
    /// @param retry draws the milliseconds after which a client is told to come back
    public void drain(Duration over, ToLongFunction<RandomGenerator> retry) {
        loops.forEach(each -> each.execute(() -> each.drain(over, retry)));
    }

    /// How the sessions stand that are asked for, one event loop after the other.
    public CompletableFuture<List<SessionView>> find(Predicate<SessionView> wanted) {
        return onAll(each -> each.find(wanted))
                .thenApply(found -> found.stream().flatMap(List::stream).toList());
    }

    /// Closes sessions.
    ///
    /// @return how many
    public CompletableFuture<Integer> close(Predicate<SessionView> wanted, int code, String reason) {
        return onAll(each -> each.close(wanted, code, reason))
                .thenApply(counts -> counts.stream().mapToInt(Integer::intValue).sum());
    }

    private <T> CompletableFuture<List<T>> onAll(Function<SessionLoop, T> question) {
        List<CompletableFuture<T>> answers = loops.stream()
                .map(each -> CompletableFuture.supplyAsync(() -> question.apply(each), each::execute))
                .toList();
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(_ -> answers.stream().map(CompletableFuture::join).toList());
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
            known = new SessionLoop(eventLoop, settings, new KeptBytes(share), share, observer, totals);
            loop.set(known);
            loops.add(known);
        }
        return known;
    }
}

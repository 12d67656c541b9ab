package dev.holdfast.gateway.handshake;

import dev.holdfast.gateway.leg.LegIoHandler;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.NonBlocking;
import reactor.netty.resources.LoopResources;

/// The gateway's event loops on epoll: as Reactor Netty makes its own, but that their legs read for themselves.
final class EventLoops implements LoopResources {
    private final AtomicInteger threads = new AtomicInteger();
    private final EventLoopGroup servers;
    private final EventLoopGroup clients;

    private EventLoops(int count) {
        servers = new MultiThreadIoEventLoopGroup(count, this::thread, LegIoHandler.factory());
        clients = LoopResources.colocate(servers);
    }

    /// @param count event loops
    static LoopResources of(int count) {
        return DEFAULT_NATIVE && Epoll.isAvailable()
                ? new EventLoops(count)
                : LoopResources.create("reactor-http", count, true);
    }

    private Thread thread(Runnable loop) {
        Thread thread = new EventLoopThread(loop, "reactor-http-epoll-" + threads.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return servers;
    }

    @Override
    public EventLoopGroup onClient(boolean useNative) {
        return clients;
    }

    @Override
    public boolean isDisposed() {
        return servers.isShuttingDown();
    }

    @Override
    public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
        return Mono.create(
                sink -> servers.shutdownGracefully(quietPeriod.toMillis(), timeout.toMillis(), TimeUnit.MILLISECONDS)
                        .addListener(stopped -> sink.success()));
    }

    /// Reactor refuses to block on it.
    private static final class EventLoopThread extends FastThreadLocalThread implements NonBlocking {
        EventLoopThread(Runnable loop, String name) {
            super(loop, name);
        }
    }
}

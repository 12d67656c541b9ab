package dev.holdfast.gateway.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.link.ResumePoint;
import dev.holdfast.gateway.trace.Traces;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.micrometer.tracing.Tracer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.netty.resources.LoopResources;

class BackendDialerTest {
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Bulkhead bulkhead = Bulkhead.ofDefaults("dials");

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    @Test
    void a_dial_for_which_there_is_no_socket_fails() {
        Throwable failure = failureOf(new NoSockets());

        assertThat(failure).isInstanceOf(BackendFailure.class).hasRootCauseMessage("no file left");
        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls())
                .isEqualTo(bulkhead.getMetrics().getMaxAllowedConcurrentCalls());
    }

    private Throwable failureOf(LoopResources sockets) {
        var properties = new BackendProperties(URI.create("http://127.0.0.1:9"), Duration.ofSeconds(5), 10);
        var once = RetryConfig.custom().maxAttempts(1).build();
        var dialer = new BackendDialer(
                properties,
                new BackendAddresses(properties, DefaultAddressResolverGroup.INSTANCE),
                new Circuit(CircuitBreaker.ofDefaults("dials"), Retry.of("dials", once), bulkhead),
                sockets,
                new Traces(Tracer.NOOP));
        EventLoop loop = loops.next();
        var head = new UpgradeHead(new HeadLines("GET /ws/g/p HTTP/1.1"), new DefaultHttpHeaders());
        var request = new DialRequest(loop, "g", null, head, ResumePoint.START, "s", null);
        var failed = new CompletableFuture<Throwable>();
        loop.execute(() -> dialer.dial(request, new DialOutcome() {
            @Override
            public void answered(DialAnswer answer) {
                failed.completeExceptionally(new AssertionError("answered: " + answer));
            }

            @Override
            public void failed(Throwable failure) {
                failed.complete(failure);
            }
        }));
        return failed.orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static final class NoSockets implements LoopResources {
        @Override
        public EventLoopGroup onServer(boolean useNative) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
            throw new ChannelException("no file left");
        }
    }
}

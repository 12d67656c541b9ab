package dev.holdfast.gateway.backend;

import dev.holdfast.gateway.leg.Leg;
import dev.holdfast.gateway.trace.Traces;
import io.github.resilience4j.reactor.bulkhead.operator.BulkheadOperator;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import io.github.resilience4j.reactor.retry.RetryOperator;
import io.micrometer.tracing.Span;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/// Opens backend legs: resolves the name, connects on the client leg's event loop, upgrades. What fails before an
/// answer is tried at the other replicas and then, after a short random wait, again, as long as the handshake's
/// time allows.
public final class BackendDialer {
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(3);

    private final BackendAddresses addresses;
    private final Circuit circuit;
    private final LoopResources loops;
    private final Traces traces;
    private final Duration handshakeTimeout;
    private final String authority;
    private final int connectMillis;

    BackendDialer(
            BackendProperties properties,
            BackendAddresses addresses,
            Circuit circuit,
            LoopResources loops,
            Traces traces) {
        this.addresses = addresses;
        this.circuit = circuit;
        this.loops = loops;
        this.traces = traces;
        handshakeTimeout = properties.handshakeTimeout();
        authority = properties.authority();
        Duration connect = handshakeTimeout.compareTo(LONGEST_CONNECT) < 0 ? handshakeTimeout : LONGEST_CONNECT;
        connectMillis = (int) connect.toMillis();
    }

    /// The value of the Host header that the backend expects.
    public String authority() {
        return authority;
    }

    /// Dials when subscribed. The answer comes on the request's event loop; cancelling ends the dial.
    ///
    /// Fails with [BackendFailure] (not reached, or nonsense), [java.util.concurrent.TimeoutException] (silent for
    /// the handshake's time), [io.github.resilience4j.circuitbreaker.CallNotPermittedException] (circuit open) or
    /// [io.github.resilience4j.bulkhead.BulkheadFullException] (too many dials under way).
    public Mono<DialAnswer> dial(DialRequest request) {
        return Mono.defer(() -> {
            Span span = traces.dial(request.session(), request.traceparent());
            return dialUntraced(request.within(Traces.parentOf(span)))
                    .doOnNext(answer -> describe(span, answer))
                    .doOnError(span::error)
                    .doFinally(_ -> span.end());
        });
    }

    private static void describe(Span span, DialAnswer answer) {
        switch (answer) {
            case DialAnswer.Upgraded upgraded ->
                span.tag(
                        "network.peer.address",
                        String.valueOf(upgraded.leg().channel().remoteAddress()));
            case DialAnswer.Refused refused -> span.tag("http.response.status_code", refused.status());
        }
    }

    private Mono<DialAnswer> dialUntraced(DialRequest request) {
        return Mono.defer(() -> {
            long giveUpAtNanos = System.nanoTime() + handshakeTimeout.toNanos();
            return Mono.defer(() -> attempt(request, giveUpAtNanos).timeout(untilNanos(giveUpAtNanos)))
                    .transformDeferred(CircuitBreakerOperator.of(circuit.breaker()))
                    .transformDeferred(RetryOperator.of(circuit.retry()))
                    .transformDeferred(BulkheadOperator.of(circuit.bulkhead()))
                    .doOnDiscard(
                            DialAnswer.Upgraded.class,
                            unwanted -> unwanted.leg().cut());
        });
    }

    private static Duration untilNanos(long deadlineNanos) {
        return Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime()));
    }

    private Mono<DialAnswer> attempt(DialRequest request, long giveUpAtNanos) {
        return addresses
                .of(request.game(), request.eventLoop())
                .flatMap(replicas -> dialFirstOf(replicas, request, giveUpAtNanos));
    }

    /// A replica that fails, drains or stays silent leaves the others their share of the time.
    private Mono<DialAnswer> dialFirstOf(List<InetSocketAddress> replicas, DialRequest request, long giveUpAtNanos) {
        Mono<DialAnswer> first = dial(replicas.getFirst(), request);
        if (replicas.size() == 1) {
            return first;
        }
        List<InetSocketAddress> others = replicas.subList(1, replicas.size());
        return first.timeout(untilNanos(giveUpAtNanos).dividedBy(replicas.size()))
                .filter(answer -> !(answer instanceof DialAnswer.Refused refused && refused.isUnavailable()))
                .onErrorResume(
                        failure -> failure instanceof BackendFailure || failure instanceof TimeoutException,
                        _ -> Mono.empty())
                .switchIfEmpty(Mono.defer(() -> dialFirstOf(others, request, giveUpAtNanos)));
    }

    private Mono<DialAnswer> dial(InetSocketAddress replica, DialRequest request) {
        return Mono.create(sink -> {
            Channel channel = new Bootstrap()
                    .group(request.eventLoop())
                    .channelFactory(() -> loops.onChannel(SocketChannel.class, request.eventLoop()))
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Leg.WATER_MARK)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline()
                                    .addLast(BackendHandshake.decoder())
                                    .addLast(new BackendHandshake(request, sink));
                        }
                    })
                    .connect(replica)
                    .addListener(connected -> {
                        if (!connected.isSuccess()) {
                            sink.error(new BackendFailure("cannot connect to " + replica, connected.cause()));
                        }
                    })
                    .channel();
            var _ = sink.onCancel(channel::close);
        });
    }
}

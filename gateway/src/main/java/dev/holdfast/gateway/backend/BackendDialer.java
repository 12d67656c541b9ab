package dev.holdfast.gateway.backend;

import dev.holdfast.gateway.leg.ReadBuffers;
import dev.holdfast.gateway.trace.Traces;
import io.micrometer.tracing.Span;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import reactor.netty.resources.LoopResources;

/// Opens backend legs: resolves the name, connects on the client leg's event loop, upgrades. What fails before an
/// answer is tried at the other replicas and then, after a short random wait, again, as long as the handshake's
/// time allows.
public final class BackendDialer {
    private final BackendAddresses addresses;
    private final Circuit circuit;
    private final LoopResources loops;
    private final Traces traces;
    private final Duration handshakeTimeout;
    private final String authority;

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
    }

    /// The value of the Host header that the backend expects.
    public String authority() {
        return authority;
    }

    /// Dials, on the request's event loop, which is also where this is called.
    ///
    /// @return abandons the dial: its outcome is of no interest any more
    public Runnable dial(DialRequest request, DialOutcome outcome) {
        assert request.eventLoop().inEventLoop();
        Span span = traces.dial(request.session(), request.traceparent());
        Dial dial = new Dial(
                request.within(Traces.parentOf(span)),
                outcome,
                span,
                addresses,
                circuit,
                this::connect,
                handshakeTimeout.toNanos());
        dial.begin();
        return dial::abandon;
    }

    private Channel connect(InetSocketAddress replica, DialRequest request, DialOutcome outcome) {
        return new Bootstrap()
                .group(request.eventLoop())
                .channelFactory(() -> loops.onChannel(SocketChannel.class, request.eventLoop()))
                // A dial keeps its own time; what is over would stay with the channel as long as that lasts
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                .option(ChannelOption.RECVBUF_ALLOCATOR, ReadBuffers.ADAPTING)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(BackendHandshake.decoder())
                                .addLast(new BackendHandshake(request, outcome));
                    }
                })
                .connect(replica)
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        var failure = new BackendFailure("cannot connect to " + replica, connected.cause());
                        // What has no socket, for want of a file, belongs to no event loop and is told on another
                        request.eventLoop().execute(() -> outcome.failed(failure));
                    }
                })
                .channel();
    }
}

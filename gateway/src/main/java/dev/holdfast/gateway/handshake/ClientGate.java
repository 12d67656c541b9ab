package dev.holdfast.gateway.handshake;

import dev.holdfast.gateway.leg.Leg;
import dev.holdfast.gateway.leg.ReadBuffers;
import dev.holdfast.gateway.limits.Limit;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.http.IdleTimeoutHandler;

/// Stands first in the pipeline of each client connection, so that an upgrade can take the connection over whatever
/// handlers there are. Until then bytes go through it untouched.
///
/// Requests for a session go to a [Doorman] instead of the HTTP server (docs/decisions/0013); those before them on the
/// same connection are answered first. The first request that is for the HTTP server brings its handlers in, on most
/// connections none ever does (docs/decisions/0022).
///
/// Bytes behind the head of such a request are held back: a client may send its first frame without waiting for the
/// 101, and the HTTP decoder would take it for a second request. Whose request a head was is the decoder's to say, so
/// it is given no more than a head at a time. If the answer turns out to be plain HTTP, what was held goes on as the
/// next request after all.
///
/// It also turns away what the HTTP server would take, or answer without a word: a head that cannot be read, a request
/// that does not come to its end in time, a folded header, a target that is no path, a handshake of before the
/// standard, a method that nobody serves. The connection ends with it.
final class ClientGate extends ChannelDuplexHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ClientGate.class);

    /// Bytes of more than one read.
    private static final int MOST_HELD = 64 << 10;

    private final GateRules rules;
    private final Doorman doorman;
    private final HeadEnd headEnd = new HeadEnd();
    /// Puts the HTTP server's handlers in, all but those that decode; null once it has.
    private @Nullable ChannelHandler httpServer;

    private @Nullable ByteBuf held;
    private boolean holding;

    /// Runs while a request is awaited that has begun, or the first one.
    private @Nullable Future<?> clock;

    private boolean hasSpoken;
    private boolean isInBody;
    private int answersOwed;
    private boolean isRefused;

    /// Asks for a session, and waits for the answers before its own; null if none does.
    private @Nullable HttpRequest waiting;
    /// Ends what the doorman is doing; null while it does nothing.
    private @Nullable Runnable abandon;

    private @Nullable ChannelHandlerContext context;

    private ClientGate(GateRules rules, Doorman doorman, ChannelHandler httpServer) {
        this.rules = rules;
        this.doorman = doorman;
        this.httpServer = httpServer;
    }

    /// Puts a gate, and what decodes for it, into the pipeline of a new connection.
    ///
    /// @param httpServer added to the pipeline before the first request that is the HTTP server's, and told
    ///     then that the connection is active
    static ClientGate install(ChannelPipeline pipeline, GateRules rules, Doorman doorman, ChannelHandler httpServer) {
        ClientGate gate = new ClientGate(rules, doorman, httpServer);
        pipeline.addLast(gate, new HttpServerCodec(rules.decoding()), gate.new Watch());
        // As the HTTP server leaves it between two requests, and for a session from the start
        pipeline.channel().config().setAutoRead(true).setRecvByteBufAllocator(ReadBuffers.ADAPTING);
        return gate;
    }

    Channel channel() {
        return Objects.requireNonNull(context).channel();
    }

    /// Answers the upgrade and leaves a leg, alone, in the pipeline. Runs on the channel's event loop.
    ///
    /// @param answer the 101, all of it. Takes its ownership
    Leg upgrade(ByteBuf answer) {
        ChannelHandlerContext ctx = Objects.requireNonNull(context);
        ChannelPipeline pipeline = ctx.pipeline();
        abandon = null;
        Leg leg = new Leg(ctx.channel());
        pipeline.addAfter(ctx.name(), null, leg);
        ctx.writeAndFlush(answer, ctx.voidPromise());
        if (held != null) {
            leg.keepEarly(held);
            held = null;
        }
        while (pipeline.last() != leg) {
            pipeline.removeLast();
        }
        while (pipeline.first() != leg) {
            pipeline.removeFirst();
        }
        return leg;
    }

    /// Answers a request for a session with plain HTTP. Runs on the channel's event loop.
    ///
    /// @param keepAlive whether the client may ask again on this connection
    void answer(FullHttpResponse response, boolean keepAlive) {
        ChannelHandlerContext ctx = Objects.requireNonNull(context);
        abandon = null;
        answersOwed--;
        HttpUtil.setKeepAlive(response, keepAlive);
        if (response.headers().contains(HttpHeaderNames.UPGRADE)) {
            // RFC 9110, section 7.8
            response.headers().add(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        }
        ChannelFuture written = ctx.pipeline().context(Watch.class).writeAndFlush(response);
        rules.mayIdleAgain(ctx.pipeline());
        if (keepAlive) {
            // Who reads no answer gets no second one. Not now: the decoder may still be at work on the request, and who
            // asks a lot at once is not to keep the event loop
            written.addListener(_ -> ctx.executor().execute(() -> release(ctx)));
        } else {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        startClock(ctx);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            ctx.fireChannelRead(message);
            return;
        }
        hasSpoken = true;
        while (!holding && !isRefused) {
            if (clock == null && !isInBody) {
                startClock(ctx);
            }
            int end = headEnd.in(bytes, isInBody);
            if (end == HeadEnd.FOLDED) {
                refuse(ctx, null, rules.folded());
            } else if (end == HeadEnd.NONE || end == bytes.writerIndex()) {
                ctx.fireChannelRead(bytes);
                return;
            } else {
                ctx.fireChannelRead(bytes.readRetainedSlice(end - bytes.readerIndex()));
            }
        }
        if (isRefused) {
            bytes.release();
        } else {
            hold(bytes);
        }
    }

    private void startClock(ChannelHandlerContext ctx) {
        clock = ctx.executor()
                .schedule(
                        () -> refuse(ctx, null, rules.reached(Limit.REQUEST_TIMEOUT)),
                        rules.requestNanos(),
                        TimeUnit.NANOSECONDS);
    }

    private void stopClock() {
        if (clock != null) {
            clock.cancel(false);
            clock = null;
        }
    }

    /// There is no room for this connection.
    void refuse(Limit reached) {
        hasSpoken = true;
        refuse(Objects.requireNonNull(context), null, rules.reached(reached));
    }

    /// Ends the connection; who asked gets an answer, unless another one would have to come before it.
    private void refuse(ChannelHandlerContext ctx, @Nullable HttpRequest request, GateRules.LastAnswer answer) {
        stopClock();
        isRefused = true;
        if (hasSpoken) {
            doorman.turnedAway(request, answer.refusal());
        }
        if (hasSpoken && answersOwed == 0) {
            // On the heap: without direct memory only the write fails, and the connection ends all the same
            ctx.writeAndFlush(Unpooled.copiedBuffer(answer.text(), StandardCharsets.UTF_8))
                    .addListener(ChannelFutureListener.CLOSE);
        } else {
            ctx.close();
        }
    }

    private void hold(ByteBuf bytes) {
        // Not more than a read: the next one waits in the kernel
        channel().config().setAutoRead(false);
        if (held == null) {
            held = bytes;
        } else {
            holdToo(held, bytes);
        }
    }

    /// A read that was under way already, or that the HTTP server began when it had answered.
    private void holdToo(ByteBuf first, ByteBuf bytes) {
        boolean isHeld = false;
        try {
            int size = first.readableBytes() + bytes.readableBytes();
            if (size <= MOST_HELD) {
                held = bytes.alloc().buffer(size).writeBytes(first).writeBytes(bytes);
                first.release();
                isHeld = true;
            }
        } finally {
            bytes.release();
            if (!isHeld) {
                // The client has ended its half: Netty then reads all that the kernel holds, and closes the connection.
                // Or there is no memory, and what is missing here would be missing in its stream
                channel().close();
            }
        }
    }

    private void release(ChannelHandlerContext ctx) {
        holding = false;
        ByteBuf next = held;
        held = null;
        if (next != null) {
            channel().config().setAutoRead(true);
            channelRead(ctx, next);
            ctx.fireChannelReadComplete();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stopClock();
        waiting = null;
        if (abandon != null) {
            abandon.run();
            abandon = null;
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        stopClock();
        if (held != null) {
            held.release();
            held = null;
        }
    }

    private void ask(HttpRequest request) {
        if (channel().isActive()) {
            // Its answer may take longer than a connection may idle
            IdleTimeoutHandler.removeIdleTimeoutHandler(channel().pipeline());
            abandon = doorman.answer(request, this);
        }
    }

    /// Stands behind the decoder and tells the gate what it has decoded, and what is answered.
    private final class Watch extends ChannelDuplexHandler {
        /// Whether the request that is being read is one for a session.
        private boolean isForSession;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof HttpRequest request && !isRefused) {
                begin(request);
            }
            if (message instanceof LastHttpContent) {
                isInBody = false;
                stopClock();
            }
            if (isRefused || isForSession) {
                ReferenceCountUtil.release(message);
            } else {
                bringInHttpServer(ctx);
                ctx.fireChannelRead(message);
            }
        }

        private void bringInHttpServer(ChannelHandlerContext ctx) {
            ChannelHandler server = httpServer;
            if (server != null) {
                httpServer = null;
                ctx.pipeline().addLast(server);
                ctx.fireChannelActive();
            }
        }

        private void begin(HttpRequest request) {
            GateRules.LastAnswer refusal = rules.refusalOf(request);
            if (refusal != null) {
                refuse(Objects.requireNonNull(context), request, refusal);
                return;
            }
            if (clock == null) {
                // Its head came behind the end of a body
                startClock(Objects.requireNonNull(context));
            }
            isInBody = true;
            isForSession = doorman.isForSession(request);
            holding = isForSession;
            answersOwed++;
            if (isForSession && answersOwed > 1) {
                waiting = request;
            } else if (isForSession) {
                ask(request);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
            if (httpServer == null) {
                ctx.fireExceptionCaught(failure);
                return;
            }
            // A connection that breaks is no failure of ours
            if (!(failure instanceof IOException)) {
                LOG.error("{}: closing it after a failure of our own", ctx.channel(), failure);
            }
            ctx.close();
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            boolean isInterim = message instanceof HttpResponse response
                    && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
            ctx.write(message, promise);
            if (message instanceof LastHttpContent && !isInterim) {
                answersOwed--;
                HttpRequest next = waiting;
                if (next != null && answersOwed == 1) {
                    waiting = null;
                    // Not now: the rest of this answer is on its way
                    ctx.executor().execute(() -> ask(next));
                }
            }
        }
    }
}

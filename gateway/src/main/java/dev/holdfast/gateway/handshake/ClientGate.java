package dev.holdfast.gateway.handshake;

import dev.holdfast.gateway.leg.Leg;
import dev.holdfast.gateway.limits.Limit;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Stands first in the pipeline of each client connection, so that an upgrade can take the connection over from the
/// HTTP server whatever handlers that has. Until then bytes go through it untouched.
///
/// Bytes behind the head of an upgrade are held back: a client may send its first frame without waiting for the
/// 101, and the HTTP decoder would take it for a second request. Whether a head was one of an upgrade is the
/// decoder's to say, so it is given no more than a head at a time. If the answer turns out to be plain HTTP, what
/// was held goes on as the next request after all.
///
/// It also turns away what the HTTP server would take: a request that does not come to its end in time, a folded
/// header, a target that is no path. The connection ends with it.
final class ClientGate extends ChannelDuplexHandler {
    private static final String HEAD_END = "\r\n\r\n";
    private static final int LINE_END = 2;
    private static final int FOLDED = -2;

    private final GateRules rules;

    /// How much of [#HEAD_END] has come last: it may be cut anywhere.
    private int matched;

    private @Nullable ByteBuf held;
    private boolean holding;

    /// Runs while a request is awaited that has begun, or the first one.
    private @Nullable Future<?> clock;

    private boolean hasSpoken;
    private boolean isInBody;
    private int answersOwed;
    private boolean isRefused;

    private @Nullable ChannelHandlerContext context;

    private ClientGate(GateRules rules) {
        this.rules = rules;
    }

    /// Puts a gate before the HTTP server's handlers.
    static ClientGate install(ChannelPipeline pipeline, GateRules rules) {
        ClientGate gate = new ClientGate(rules);
        pipeline.addFirst(gate);
        pipeline.addAfter(pipeline.context(HttpServerCodec.class).name(), null, gate.new Watch());
        return gate;
    }

    /// Answers the upgrade and leaves a leg, alone, in the pipeline. Runs on the channel's event loop.
    ///
    /// @param answer the 101, all of it. Takes its ownership
    static Leg upgrade(Channel channel, ByteBuf answer) {
        ChannelPipeline pipeline = channel.pipeline();
        ClientGate gate = pipeline.get(ClientGate.class);
        ChannelHandlerContext ctx = pipeline.context(gate);
        Leg leg = new Leg(channel);
        pipeline.addAfter(ctx.name(), null, leg);
        ctx.writeAndFlush(answer, ctx.voidPromise());
        if (gate.held != null) {
            leg.keepEarly(gate.held);
            gate.held = null;
        }
        while (pipeline.last() != leg) {
            pipeline.removeLast();
        }
        while (pipeline.first() != leg) {
            pipeline.removeFirst();
        }
        return leg;
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
            int end = headEnd(bytes);
            if (end == FOLDED) {
                refuse(ctx, rules.folded());
            } else if (end < 0 || end == bytes.writerIndex()) {
                ctx.fireChannelRead(bytes);
                if (holding) {
                    // Only a connection that is read is seen to end
                    ctx.read();
                }
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

    /// The index behind the next head, or -1, or [#FOLDED]. Bodies are searched too: what looks like a head's end
    /// there does no harm.
    private int headEnd(ByteBuf bytes) {
        for (int i = bytes.readerIndex(); i < bytes.writerIndex(); i++) {
            byte next = bytes.getByte(i);
            if (matched == LINE_END && !isInBody && (next == ' ' || next == '\t')) {
                return FOLDED;
            }
            matched = next == HEAD_END.charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
            if (matched == HEAD_END.length()) {
                matched = 0;
                return i + 1;
            }
        }
        return -1;
    }

    private void startClock(ChannelHandlerContext ctx) {
        clock = ctx.executor()
                .schedule(
                        () -> refuse(ctx, rules.reached(Limit.REQUEST_TIMEOUT)),
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
        refuse(Objects.requireNonNull(context), rules.reached(reached));
    }

    /// Ends the connection; who asked gets an answer, unless another one would have to come before it.
    private void refuse(ChannelHandlerContext ctx, ByteBuf answer) {
        stopClock();
        isRefused = true;
        if (hasSpoken && answersOwed == 0) {
            ctx.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
        } else {
            answer.release();
            ctx.close();
        }
    }

    private void hold(ByteBuf bytes) {
        if (held == null) {
            held = bytes;
        } else {
            // A read that was under way already; at most one
            ByteBuf both = bytes.alloc().buffer(held.readableBytes() + bytes.readableBytes());
            both.writeBytes(held).writeBytes(bytes);
            held.release();
            bytes.release();
            held = both;
        }
    }

    /// Not more than a read is held: the next one waits in the kernel.
    @Override
    public void read(ChannelHandlerContext ctx) {
        if (held == null) {
            ctx.read();
        }
    }

    /// An answer while holding is not the 101, which does not come this way: the connection stays HTTP.
    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ctx.write(message, promise);
        if (holding) {
            holding = false;
            // Not now: the rest of the answer is on its way
            ctx.executor().execute(() -> release(ctx));
        }
    }

    private void release(ChannelHandlerContext ctx) {
        ByteBuf next = held;
        held = null;
        if (next != null) {
            channelRead(ctx, next);
            ctx.fireChannelReadComplete();
            ctx.read();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stopClock();
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

    /// Stands behind the decoder and tells the gate what it has decoded, and what is answered.
    private final class Watch extends ChannelDuplexHandler {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof HttpRequest request && !isRefused) {
                if (request.uri().startsWith("/")) {
                    answersOwed++;
                    isInBody = true;
                    holding =
                            request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
                } else {
                    refuse(Objects.requireNonNull(context), rules.noPath());
                }
            }
            if (message instanceof LastHttpContent) {
                isInBody = false;
                stopClock();
            }
            if (isRefused) {
                ReferenceCountUtil.release(message);
            } else {
                ctx.fireChannelRead(message);
            }
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            boolean isInterim = message instanceof HttpResponse response
                    && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
            if (message instanceof LastHttpContent && !isInterim) {
                answersOwed--;
            }
            ctx.write(message, promise);
        }
    }
}

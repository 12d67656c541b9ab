package dev.holdfast.gateway.backend;

import dev.holdfast.gateway.leg.Leg;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The client's side of an HTTP/1.1 upgrade (RFC 6455, section 4.1): writes the request, checks the answer, and on
/// a good 101 leaves a [Leg] alone in the pipeline. Bytes that came with the 101 are the leg's early bytes.
final class BackendHandshake extends ChannelInboundHandlerAdapter {
    /// Of a refusal, this much is passed on to the client.
    static final int LARGEST_BODY = 64 << 10;

    private static final int LARGEST_LINE = 8 << 10;
    private static final int LARGEST_HEAD = 32 << 10;
    private static final int LARGEST_CHUNK = 8 << 10;

    private final DialRequest request;
    private final DialOutcome outcome;
    private @Nullable Refusal refusal;
    private boolean answered;

    /// A refusal of which the end has not come.
    private record Refusal(HttpResponse response, ByteBuf body) {}

    BackendHandshake(DialRequest request, DialOutcome outcome) {
        this.request = request;
        this.outcome = outcome;
    }

    /// The decoder that stands before this handler in the pipeline.
    static HttpResponseDecoder decoder() {
        return new HttpResponseDecoder(new HttpDecoderConfig()
                .setMaxInitialLineLength(LARGEST_LINE)
                .setMaxHeaderSize(LARGEST_HEAD)
                .setMaxChunkSize(LARGEST_CHUNK));
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(request.head().from(request.from(), request.traceparent(), ctx.alloc()));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (answered) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpResponse response) {
            respond(ctx, response);
        } else if (message instanceof HttpContent content && refusal != null) {
            collect(ctx, refusal, content);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void respond(ChannelHandlerContext ctx, HttpResponse response) {
        if (response.decoderResult().isFailure()) {
            fail(ctx, "its answer is not HTTP", response.decoderResult().cause());
        } else if (response.status().code() == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
            String wrong = wrongIn(response.headers());
            if (wrong == null) {
                upgrade(ctx, response.headers());
            } else {
                fail(ctx, wrong, null);
            }
        } else if (response.status().code() >= 300) {
            refusal = new Refusal(response, ctx.alloc().buffer());
        } else if (response.status().code() >= 200) {
            fail(ctx, "it answered an upgrade with " + response.status(), null);
        }
    }

    private void upgrade(ChannelHandlerContext ctx, HttpHeaders headers) {
        answered = true;
        Leg leg = new Leg(ctx.channel());
        ctx.pipeline().addLast(leg);
        // Bytes that the decoder holds already go to the next handler, which is the leg by then
        ctx.pipeline().remove(this);
        ctx.pipeline().remove(HttpResponseDecoder.class);
        outcome.answered(new DialAnswer.Upgraded(leg, headers));
    }

    private void collect(ChannelHandlerContext ctx, Refusal refused, HttpContent content) {
        ByteBuf body = refused.body();
        try {
            ByteBuf part = content.content();
            body.writeBytes(part, Math.min(part.readableBytes(), LARGEST_BODY - body.readableBytes()));
        } finally {
            content.release();
        }
        if (content instanceof LastHttpContent || body.readableBytes() == LARGEST_BODY) {
            answered = true;
            HttpResponse response = refused.response();
            outcome.answered(new DialAnswer.Refused(
                    response.status().code(), response.headers(), ByteBuffer.wrap(ByteBufUtil.getBytes(body))));
            ctx.close();
        }
    }

    /// What is wrong with a 101, or null.
    private @Nullable String wrongIn(HttpHeaders headers) {
        if (!headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
                || !headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)) {
            return "its 101 does not upgrade to websocket";
        }
        String accept = headers.get(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT);
        String expected = request.head().accept();
        if (!expected.equals(accept)) {
            return "its Sec-WebSocket-Accept is %s (expected: %s)".formatted(accept, expected);
        }
        if (headers.contains(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS)) {
            return "it agreed to an extension nobody offered: " + headers.get(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS);
        }
        List<String> chosen = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
        if (chosen.size() > 1 || (!chosen.isEmpty() && !request.head().offers(chosen.getFirst()))) {
            return "it chose a subprotocol nobody offered: " + chosen;
        }
        return null;
    }

    private void fail(ChannelHandlerContext ctx, String what, @Nullable Throwable cause) {
        answered = true;
        outcome.failed(cause == null ? new BackendFailure(what) : new BackendFailure(what, cause));
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!answered) {
            fail(ctx, "it closed the connection before it answered", null);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (answered) {
            ctx.close();
        } else {
            fail(ctx, "the connection broke before it answered", cause);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (refusal != null) {
            refusal.body().release();
            refusal = null;
        }
    }
}

package dev.holdfast.gateway.handshake;

import dev.holdfast.gateway.leg.Leg;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Stands first in the pipeline of each client connection, so that an upgrade can take the connection over from the
/// HTTP server
/// whatever handlers that has. Until then bytes go through it untouched.
///
/// Bytes behind the head of what may be an upgrade are held back: a client may send its first frame without waiting
/// for the 101, and the HTTP decoder would take it for a second request. If the answer turns out to be plain HTTP,
/// they go on as the next request after all.
final class ClientGate extends ChannelDuplexHandler {
    private static final ByteBuf UPGRADE_LINE =
            Unpooled.unreleasableBuffer(Unpooled.copiedBuffer("GET /ws/", StandardCharsets.US_ASCII));
    private static final String HEAD_END = "\r\n\r\n";

    private boolean inHead;
    /// How much of [#HEAD_END] has come last: it may be cut anywhere.
    private int matched;

    private @Nullable CompositeByteBuf held;
    private boolean holding;

    /// Answers the upgrade and leaves a leg, alone, in the pipeline. Runs on the channel's event loop.
    ///
    /// @param answer the 101, all of it. Takes its ownership
    Leg upgrade(Channel channel, ByteBuf answer) {
        ChannelPipeline pipeline = channel.pipeline();
        ChannelHandlerContext ctx = pipeline.context(this);
        Leg leg = new Leg(channel);
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

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            ctx.fireChannelRead(message);
        } else if (holding) {
            hold(bytes);
        } else if (inHead || startsUpgrade(bytes)) {
            passHead(ctx, bytes);
        } else {
            ctx.fireChannelRead(bytes);
        }
    }

    private static boolean startsUpgrade(ByteBuf bytes) {
        int length = UPGRADE_LINE.readableBytes();
        return bytes.readableBytes() >= length
                && ByteBufUtil.equals(UPGRADE_LINE, 0, bytes, bytes.readerIndex(), length);
    }

    private void passHead(ChannelHandlerContext ctx, ByteBuf bytes) {
        int end = headEnd(bytes);
        inHead = end < 0;
        if (inHead) {
            ctx.fireChannelRead(bytes);
            return;
        }
        holding = true;
        if (end < bytes.writerIndex()) {
            ByteBuf head = bytes.readRetainedSlice(end - bytes.readerIndex());
            hold(bytes);
            ctx.fireChannelRead(head);
        } else {
            ctx.fireChannelRead(bytes);
            // Only a connection that is read is seen to end
            ctx.read();
        }
    }

    /// The index behind the head, or -1.
    private int headEnd(ByteBuf bytes) {
        for (int i = bytes.readerIndex(); i < bytes.writerIndex(); i++) {
            byte next = bytes.getByte(i);
            matched = next == HEAD_END.charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
            if (matched == HEAD_END.length()) {
                matched = 0;
                return i + 1;
            }
        }
        return -1;
    }

    private void hold(ByteBuf bytes) {
        if (held == null) {
            held = bytes.alloc().compositeBuffer();
        }
        held.addComponent(true, bytes);
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
            ctx.fireChannelRead(next);
            ctx.fireChannelReadComplete();
            ctx.read();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (held != null) {
            held.release();
            held = null;
        }
    }
}

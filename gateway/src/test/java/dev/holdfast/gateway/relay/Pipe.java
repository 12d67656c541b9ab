package dev.holdfast.gateway.relay;

import dev.holdfast.gateway.leg.Leg;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DuplexChannel;

/// A channel whose halves can be ended.
final class Pipe extends EmbeddedChannel implements DuplexChannel {
    private final Leg leg = new Leg(this);
    private boolean isFinished;

    Pipe(ChannelHandler... before) {
        pipeline().addLast(before);
        pipeline().addLast(leg);
    }

    Leg leg() {
        return leg;
    }

    /// All that was written since the last call, in hexadecimal.
    String sent() {
        StringBuilder all = new StringBuilder();
        for (ByteBuf bytes = readOutbound(); bytes != null; bytes = readOutbound()) {
            all.append(ByteBufUtil.hexDump(bytes));
            bytes.release();
        }
        return all.toString();
    }

    /// Whether our half has been ended.
    boolean isFinished() {
        return isFinished;
    }

    @Override
    public boolean isInputShutdown() {
        return !isActive();
    }

    @Override
    public boolean isOutputShutdown() {
        return !isActive();
    }

    @Override
    public boolean isShutdown() {
        return !isActive();
    }

    @Override
    public ChannelFuture shutdownInput() {
        return newSucceededFuture();
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        return promise.setSuccess();
    }

    @Override
    public ChannelFuture shutdownOutput() {
        isFinished = true;
        return newSucceededFuture();
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        return promise.setSuccess();
    }

    @Override
    public ChannelFuture shutdown() {
        return newSucceededFuture();
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        return promise.setSuccess();
    }
}

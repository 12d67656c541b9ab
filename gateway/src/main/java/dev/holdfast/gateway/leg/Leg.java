package dev.holdfast.gateway.leg;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One of the two connections of a session after its upgrade: raw bytes in, raw bytes out. It is the only handler
/// in its channel's pipeline, and all of it runs on the channel's event loop.
///
/// Until a session attaches itself, bytes that come early are kept and reading stops, so what is kept is at most a
/// read.
public final class Leg extends ChannelInboundHandlerAdapter {
    /// Bytes that may wait for a slow peer before the other leg is no longer read: 32 KiB and 64 KiB. What is held
    /// for a direction is at most the upper mark and the read that crossed it.
    public static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 << 10, 64 << 10);

    /// Bytes that go past Netty's queue at most; what is larger counts for [#WATER_MARK] from the moment of its write.
    private static final int MOST_ALONE = 4 << 10;

    /// How many times their own size bytes may hold that wait behind others.
    private static final int MOST_HELD = 2;

    private static final Logger LOG = LoggerFactory.getLogger(Leg.class);

    private final Channel channel;
    private @Nullable ChannelHandlerContext context;
    private @Nullable LegEvents events;
    private @Nullable ArrayDeque<ByteBuf> early;
    /// The only bytes to be sent, so far. If they still are at the flush, they go straight to the socket: all that
    /// Netty's queue must touch for them costs more than the rest of what is done for a short message.
    private @Nullable ByteBuf alone;

    private final @Nullable Socket socket;
    private @Nullable Readiness readiness;

    private int heard;
    private boolean paused;
    private boolean finishing;
    /// Whether the event loop's [Burst] will send what was written.
    private boolean isToSend;
    /// Whether there may be bytes in Netty's queue: from the handshake, or since the queue was last seen to be empty.
    private boolean mayWait = true;
    /// Whether, since the channel last was done with a burst, a read got more than is worth reading directly.
    private boolean hearsMuch;

    public Leg(Channel channel) {
        this.channel = channel;
        socket = channel instanceof UnixChannel unix ? (Socket) unix.fd() : null;
        channel.config().setWriteBufferWaterMark(WATER_MARK);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    public Channel channel() {
        return channel;
    }

    /// Takes bytes that came before this leg existed. They are given to the session first.
    public void keepEarly(ByteBuf bytes) {
        if (early == null) {
            early = new ArrayDeque<>(2);
            pause();
        }
        early.add(bytes);
    }

    /// From here on `events` is told of everything, beginning with what came early; then reading starts.
    public void attach(LegEvents listener) {
        assert channel.eventLoop().inEventLoop();
        events = listener;
        readiness = channel instanceof EpollSocketChannel epoll ? Readiness.of(epoll) : null;
        if (readiness != null && !finishing) {
            readiness.tell(this);
        }
        ArrayDeque<ByteBuf> kept = early;
        early = null;
        resume();
        if (kept != null) {
            giveAll(kept, listener);
        }
        if (!channel.isActive()) {
            leave();
        }
    }

    private static void giveAll(ArrayDeque<ByteBuf> kept, LegEvents listener) {
        try {
            for (ByteBuf bytes = kept.poll(); bytes != null; bytes = kept.poll()) {
                listener.received(bytes);
            }
        } finally {
            kept.forEach(ByteBuf::release);
        }
        listener.receivedAll();
    }

    /// Queues bytes and takes their ownership. Nothing leaves before [#flush].
    public void write(ByteBuf bytes) {
        ChannelHandlerContext ctx = context;
        if (ctx == null || finishing || !isOpen()) {
            bytes.release();
        } else if (alone == null && mayGoAlone(bytes)) {
            alone = bytes;
        } else {
            queueAlone(ctx);
            queue(ctx, bytes);
        }
    }

    /// Sends what was written: at once, or in a turn of the event loop in which legs read, behind other reads.
    public void flush() {
        if (!isToSend) {
            isToSend = readiness != null && readiness.burst().defers(this);
        }
        if (!isToSend) {
            send();
        }
    }

    /// Whether it waits for the end of the event loop's [Burst].
    boolean isToSend() {
        return isToSend;
    }

    /// Sends what was written, now.
    void send() {
        isToSend = false;
        ChannelHandlerContext ctx = context;
        if (ctx == null || (alone == null && !mayWait)) {
            return;
        }
        // The number of a socket that was closed since the write may be another connection's by now
        if (alone != null && socket != null && socket.isOpen() && sent(socket, alone)) {
            alone = null;
            return;
        }
        queueAlone(ctx);
        ctx.flush();
    }

    private boolean isOpen() {
        return socket == null ? channel.isActive() : socket.isOpen();
    }

    private boolean mayGoAlone(ByteBuf bytes) {
        if (mayWait) {
            mayWait = queuedBytes() > 0;
        }
        return !mayWait && socket != null && bytes.hasMemoryAddress() && bytes.readableBytes() <= MOST_ALONE;
    }

    /// Whether all of the bytes have gone to the socket, and are released. Those that have are taken off their front.
    private boolean sent(Socket socket, ByteBuf bytes) {
        try {
            bytes.skipBytes(socket.sendAddress(bytes.memoryAddress(), bytes.readerIndex(), bytes.writerIndex()));
        } catch (IOException e) {
            // Netty's own write meets it too, and ends the connection
            LOG.debug("{}: {}", channel, e.toString());
        }
        if (bytes.isReadable()) {
            return false;
        }
        bytes.release();
        return true;
    }

    private void queueAlone(ChannelHandlerContext ctx) {
        ByteBuf bytes = alone;
        alone = null;
        if (bytes != null) {
            queue(ctx, bytes);
        }
    }

    /// Queues bytes, behind others in memory of their own if they hold much more than they are: for who does not read,
    /// what waits would otherwise be some bytes of many read buffers.
    private void queue(ChannelHandlerContext ctx, ByteBuf bytes) {
        boolean isToCopy = mayWait && held(bytes) > MOST_HELD * bytes.readableBytes() && queuedBytes() > 0;
        mayWait = true;
        ctx.write(isToCopy ? copied(bytes) : bytes, ctx.voidPromise());
    }

    /// A copy in place of the bytes; themselves if there is no memory for one, since what is dropped here is missing in
    /// the peer's stream.
    private ByteBuf copied(ByteBuf bytes) {
        ByteBuf copy;
        try {
            copy = channel.alloc().ioBuffer(bytes.readableBytes());
        } catch (OutOfMemoryError _) {
            return bytes;
        }
        copy.writeBytes(bytes);
        bytes.release();
        return copy;
    }

    /// The size of the memory that a buffer keeps from being used again.
    private static int held(ByteBuf bytes) {
        ByteBuf whole = bytes;
        for (ByteBuf under = bytes.unwrap(); under != null; under = under.unwrap()) {
            whole = under;
        }
        return whole.capacity();
    }

    /// Whether fewer bytes wait than the upper mark of [#WATER_MARK].
    public boolean isWritable() {
        return !mayWait || channel.isWritable();
    }

    /// Bytes that wait to be sent.
    public long queuedBytes() {
        ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
        return queue == null ? 0 : queue.totalPendingWriteBytes();
    }

    /// How far what was written has come. It costs a call to the kernel: for a sweep, not for a frame.
    public Delivery delivery() {
        if (socket == null || !socket.isOpen() || !(channel instanceof EpollSocketChannel)) {
            return Delivery.UNKNOWN;
        }
        try {
            return Delivery.of(socket, queuedBytes());
        } catch (IOException e) {
            LOG.debug("{}: {}", channel, e.toString());
            return Delivery.UNKNOWN;
        }
    }

    /// How often the peer has said something, or has taken what it could not take before: either way it is alive.
    public int heard() {
        return heard;
    }

    public boolean isPaused() {
        return paused;
    }

    /// Stops reading from the peer: back-pressure through TCP's own window.
    public void pause() {
        paused = true;
        channel.config().setAutoRead(false);
    }

    public void resume() {
        paused = false;
        channel.config().setAutoRead(true);
    }

    /// Sends what is queued, then ends our half of the connection, and reads on without looking until the peer ends
    /// its half. Closing at once would make the kernel answer unread bytes with a reset, and the reset would throw
    /// away what the peer has not read yet: the Close frame, or the last move. Whoever calls this sets a limit with
    /// [#cut].
    public void finish() {
        if (finishing) {
            return;
        }
        if (context == null || !channel.isActive()) {
            cut();
            return;
        }
        queueAlone(context);
        context.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(sent -> ((DuplexChannel) channel).shutdownOutput().addListener(shut -> {
                    if (!shut.isSuccess()) {
                        cut();
                    }
                }));
        finishing = true;
        readDirectly(false);
        resume();
    }

    /// Ends the connection now, behind what was flushed, and drops what came early if no session will ever ask for it.
    public void cut() {
        if (isToSend) {
            send();
        }
        channel.close();
        if (early != null) {
            early.forEach(ByteBuf::release);
            early = null;
        }
    }

    /// Reads once, past Netty's channel: all that this touches for a short message costs more than the rest of what is
    /// done for one.
    ///
    /// @return whether that was done; otherwise the channel is to read
    boolean readInto(ReadBuffers.Shared buffer) {
        LegEvents listener = events;
        ChannelHandlerContext ctx = context;
        if (listener == null || socket == null || ctx == null) {
            return false;
        }
        if (paused) {
            // Told of before that; told of again when reading starts again
            return true;
        }
        ByteBuf bytes = buffer.free();
        if (bytes == null) {
            return false;
        }
        boolean isOurs = true;
        try {
            int count = socket.recvAddress(bytes.memoryAddress(), 0, bytes.capacity());
            if (count <= 0) {
                // The end, which the channel finds again, or nothing
                return count == 0;
            }
            if (count == bytes.capacity()) {
                hearsMuch = true;
                readDirectly(false);
            }
            heard++;
            isOurs = false;
            listener.received(bytes.writerIndex(count));
            receivedAll();
        } catch (IOException | RuntimeException | Error e) {
            ctx.pipeline().fireExceptionCaught(e);
        } finally {
            if (isOurs) {
                bytes.release();
            }
        }
        return true;
    }

    private void readDirectly(boolean directly) {
        if (readiness != null) {
            readiness.direct(directly);
        }
    }

    private void receivedAll() {
        if (events != null && !finishing) {
            events.receivedAll();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            // The decoder of the backend's answer gives an empty LastHttpContent after the 101
            ReferenceCountUtil.release(message);
        } else if (finishing) {
            bytes.release();
        } else if (events == null) {
            keepEarly(bytes);
        } else {
            heard++;
            hearsMuch |= bytes.readableBytes() > ReadBuffers.FIRST / 2;
            events.received(bytes);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        receivedAll();
        if (!finishing) {
            readDirectly(!hearsMuch);
            hearsMuch = false;
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (events != null && !finishing && channel.isWritable()) {
            heard++;
            events.drained();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (alone != null) {
            alone.release();
            alone = null;
        }
        leave();
    }

    private void leave() {
        LegEvents last = events;
        if (last != null) {
            events = null;
            last.gone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.atDebug().addArgument(channel).addArgument(cause::toString).log("{}: {}");
        } else {
            LOG.error("{}: unexpected failure, cutting this leg", channel, cause);
        }
        ctx.close();
    }
}

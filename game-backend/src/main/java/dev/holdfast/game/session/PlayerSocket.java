package dev.holdfast.game.session;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.concurrent.TimeUnit;

/// What a session writes to: frames in order, never more than a bounded number of bytes waiting for a slow reader.
/// What is written between two flushes goes out together. All methods run on the connection's event loop.
///
/// One message counts as half of the bound at most. A longer view would else close each reader, who would come back for
/// it again and again, and so would what happens while it is on its way.
final class PlayerSocket {
    /// How long a close frame may wait behind what a slow peer does not read, and the peer with its own.
    private static final long CLOSE_TIMEOUT_SECONDS = 5;

    /// What a frame that waits takes beside its payload, about: most events are shorter than that.
    static final int FRAME_BYTES = 256;

    /// What may wait for one peer while too much waits for all of them: short messages of some seconds.
    static final int MOST_WHEN_SHORT = 64 << 10;

    private final Channel channel;
    private final long maxPendingBytes;
    private final Budget unread;
    private long pendingBytes;
    private boolean isClosing;
    private boolean isDirty;

    /// @param unread what waits for all peers
    PlayerSocket(Channel channel, long maxPendingBytes, Budget unread) {
        this.channel = channel;
        this.unread = unread;
        this.maxPendingBytes = maxPendingBytes;
    }

    EventLoop loop() {
        return channel.eventLoop();
    }

    boolean isClosing() {
        return isClosing;
    }

    /// Writes UTF-8 as one text message; the array must not change any more. Beyond the bound the connection is closed
    /// with 4002 instead.
    void text(byte[] utf8) {
        write(new TextWebSocketFrame(Unpooled.wrappedBuffer(utf8)));
    }

    /// Writes a Pong that nobody asked for; it keeps its place between the messages.
    void pong(byte[] payload) {
        write(new PongWebSocketFrame(Unpooled.wrappedBuffer(payload)));
    }

    void ping() {
        write(new PingWebSocketFrame());
    }

    private void write(WebSocketFrame frame) {
        long size = (long) FRAME_BYTES + frame.content().readableBytes();
        long bytes = Math.min(size, maxPendingBytes / 2);
        if (isTooMuch(bytes)) {
            flush(); // what was not even offered to the reader yet, as in a long replay, does not make it slow
        }
        if (isClosing || !channel.isActive()) {
            frame.release();
        } else if (isTooMuch(bytes)) {
            frame.release();
            close(CloseCode.TOO_SLOW, CloseCode.TOO_SLOW.reason());
        } else {
            pendingBytes += bytes;
            unread.overdraw(size);
            isDirty = true;
            channel.write(frame).addListener(write -> {
                pendingBytes -= bytes;
                unread.giveBack(size);
                if (!write.isSuccess()) {
                    // What follows must not arrive without it
                    channel.close();
                }
            });
        }
    }

    private boolean isTooMuch(long more) {
        return pendingBytes + more > (unread.isOverdrawn() ? MOST_WHEN_SHORT : maxPendingBytes) && pendingBytes > 0;
    }

    void flush() {
        if (isDirty) {
            isDirty = false;
            channel.flush();
        }
    }

    /// Sends a close frame after all that was written before and ends our half of the connection. What still
    /// comes is read without looking until the peer has ended its half, for [#CLOSE_TIMEOUT_SECONDS] at most:
    /// closing at once would make the kernel answer unread bytes with a reset, and the reset would throw away what
    /// the peer has not read yet, its last answers and the close frame. Nothing is left to do for one that is gone.
    void close(CloseCode code, String reason) {
        if (isClosing) {
            return;
        }
        isClosing = true;
        if (!channel.isActive()) {
            return;
        }
        channel.writeAndFlush(new CloseWebSocketFrame(code.code(), reason))
                .addListener(_ -> ((DuplexChannel) channel).shutdownOutput());
        loop().schedule(() -> channel.close(), CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }
}

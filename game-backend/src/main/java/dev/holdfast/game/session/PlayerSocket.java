package dev.holdfast.game.session;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.netty.Connection;
import reactor.netty.http.websocket.WebsocketOutbound;

/// What a session writes to: frames in order, never more than a bounded number of bytes waiting for a slow reader.
/// What is written between two flushes goes out together. All methods run on the connection's event loop.
final class PlayerSocket {
    /// How long a close frame may wait behind what a slow peer does not read.
    private static final long CLOSE_TIMEOUT_SECONDS = 5;

    private final Channel channel;
    private final WebsocketOutbound outbound;
    private final long maxPendingBytes;
    private long pendingBytes;
    private boolean isClosing;
    private boolean isDirty;

    PlayerSocket(Connection connection, WebsocketOutbound outbound, long maxPendingBytes) {
        this.channel = connection.channel();
        this.outbound = outbound;
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
        int bytes = frame.content().readableBytes();
        if (pendingBytes + bytes > maxPendingBytes) {
            flush(); // what was not even offered to the reader yet, as in a long replay, does not make it slow
        }
        if (isClosing || !channel.isActive()) {
            frame.release();
        } else if (pendingBytes + bytes > maxPendingBytes) {
            frame.release();
            close(CloseCode.TOO_SLOW, CloseCode.TOO_SLOW.reason());
        } else {
            pendingBytes += bytes;
            isDirty = true;
            channel.write(frame).addListener(_ -> pendingBytes -= bytes);
        }
    }

    void flush() {
        if (isDirty) {
            isDirty = false;
            channel.flush();
        }
    }

    /// Sends a close frame after all that was written before, then ends the connection, at once if the peer does not
    /// read. Nothing is left to do for a peer that is gone.
    void close(CloseCode code, String reason) {
        if (isClosing) {
            return;
        }
        isClosing = true;
        if (!channel.isActive()) {
            return;
        }
        Disposable closing = outbound.sendClose(code.code(), reason).subscribe(_ -> {}, _ -> channel.close());
        loop().schedule(
                        () -> {
                            closing.dispose();
                            channel.close();
                        },
                        CLOSE_TIMEOUT_SECONDS,
                        TimeUnit.SECONDS);
    }
}

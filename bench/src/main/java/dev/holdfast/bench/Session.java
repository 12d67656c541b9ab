package dev.holdfast.bench;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One player's session: answers pings, sends its own, and tells the [Watch] when it opened and how it ended.
/// Lives on its channel's event loop.
final class Session extends SimpleChannelInboundHandler<WebSocketFrame> {
    private static final Pattern PING = Pattern.compile("\\{\\s*\"type\"\\s*:\\s*\"ping\"\\s*}");
    private static final Pattern PONG = Pattern.compile("\\{\\s*\"type\"\\s*:\\s*\"pong\"\\s*}");
    private static final int LONGEST_PING_BYTES = 64;
    private static final int NORMAL_CLOSURE = 1000;

    /// What the load test is told, on the session's event loop; `opened` at most once, and then `ended` exactly once.
    interface Watch {
        void opened(Session session, long handshakeNanos);

        void ponged(long roundTripNanos);

        void answeredPing();

        /// The end; `death` says what ended the session, and is null when we did.
        void ended(Session session, boolean wasOpen, @Nullable String death);
    }

    private final String name;
    private final Watch watch;
    private final Duration pingEvery;
    private final Duration patience;
    private final long startedAtNanos = System.nanoTime();

    private @Nullable ChannelHandlerContext context;
    private @Nullable ScheduledFuture<?> nextPing;
    private @Nullable ScheduledFuture<?> deadline;
    private long pingSentAtNanos;
    private boolean pongIsDue;
    private boolean isFinishing;
    private boolean isOver;

    Session(String name, LoadOptions options, Watch watch) {
        this.name = name;
        this.watch = watch;
        this.pingEvery = options.pingEvery();
        this.patience = options.patience();
    }

    String name() {
        return name;
    }

    /// Ends an open session well: waits for a pong that is due, then closes with 1000. From any thread that has learnt
    /// of the session through [Watch#opened].
    void finish() {
        ChannelHandlerContext open = context;
        if (open != null) {
            open.executor().execute(() -> {
                isFinishing = true;
                if (!pongIsDue) {
                    close(open);
                }
            });
        }
    }

    /// The session never got a channel.
    void failedToConnect(Throwable cause) {
        end("no connection: " + cause.getMessage());
    }

    /// @param answer the status and the body
    void refused(String answer) {
        end("handshake refused: " + answer.strip());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
            this.context = context;
            ping(context);
            nextPing = context.executor().schedule(() -> repeatPing(context), firstPauseNanos(), TimeUnit.NANOSECONDS);
            watch.opened(this, System.nanoTime() - startedAtNanos);
        } else if (event == ClientHandshakeStateEvent.HANDSHAKE_TIMEOUT) {
            die(context, "no answer to the handshake within " + patience);
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        if (frame instanceof CloseWebSocketFrame close) {
            closed(context, close);
        } else if (frame instanceof TextWebSocketFrame text && text.content().readableBytes() <= LONGEST_PING_BYTES) {
            shortText(context, text.text());
        }
    }

    private void shortText(ChannelHandlerContext context, String text) {
        if (PING.matcher(text).matches()) {
            context.writeAndFlush(new TextWebSocketFrame("{\"type\":\"pong\"}"));
            watch.answeredPing();
        } else if (pongIsDue && PONG.matcher(text).matches()) {
            pongIsDue = false;
            cancel(deadline);
            watch.ponged(System.nanoTime() - pingSentAtNanos);
            if (isFinishing) {
                close(context);
            }
        }
    }

    /// Spreads the sessions' pings, which would otherwise come in the bursts in which the sessions were opened.
    private long firstPauseNanos() {
        return ThreadLocalRandom.current().nextLong(pingEvery.toNanos()) + 1;
    }

    private void repeatPing(ChannelHandlerContext context) {
        if (!pongIsDue) {
            ping(context);
        }
        nextPing = context.executor().schedule(() -> repeatPing(context), pingEvery.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void ping(ChannelHandlerContext context) {
        pongIsDue = true;
        pingSentAtNanos = System.nanoTime();
        context.writeAndFlush(new TextWebSocketFrame("{\"type\":\"ping\"}"));
        expect(context, "no pong");
    }

    private void close(ChannelHandlerContext context) {
        cancel(nextPing);
        context.writeAndFlush(new CloseWebSocketFrame(NORMAL_CLOSURE, ""));
        expect(context, "no answer to our close");
    }

    private void expect(ChannelHandlerContext context, String otherwise) {
        deadline = context.executor()
                .schedule(
                        () -> die(context, otherwise + " within " + patience),
                        patience.toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    private void closed(ChannelHandlerContext context, CloseWebSocketFrame close) {
        boolean isAnswerToOurs = isFinishing && !pongIsDue && close.statusCode() == NORMAL_CLOSURE;
        String code = close.statusCode() < 0 ? "without a code" : "with " + close.statusCode();
        end(isAnswerToOurs ? null : "closed " + code + (close.reasonText().isEmpty() ? "" : " " + close.reasonText()));
        if (isFinishing) {
            context.close();
        } else {
            context.writeAndFlush(close.retain()).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end("the connection ended without a close frame (1006)");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        die(context, cause.toString());
    }

    private void die(ChannelHandlerContext context, String death) {
        end(death);
        context.close();
    }

    private void end(@Nullable String death) {
        if (!isOver) {
            isOver = true;
            cancel(nextPing);
            cancel(deadline);
            watch.ended(this, context != null, death);
        }
    }

    private static void cancel(@Nullable ScheduledFuture<?> task) {
        if (task != null) {
            task.cancel(false);
        }
    }
}

package dev.holdfast.game.session;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.WebsocketClientSpec;

/// A WebSocket client that a test waits on, frame by frame.
public final class TestClient implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    // Small, so that a client that stops reading is soon noticed.
    private static final int RECEIVE_BUFFER_BYTES = 16 << 10;
    private static final String PRESENCE = "{\"type\":\"sys.presence\"";
    private static final String PONG_MARK = "pong:";

    // Filled by an event loop, so without a lock.
    private final BlockingQueue<String> frames = new LinkedTransferQueue<>();
    // Apart: it may come at any time, and most tests are about other things.
    private final BlockingQueue<String> presences = new LinkedTransferQueue<>();
    private final List<String> seen = new ArrayList<>();
    // Netty's own: Reactor Netty's connection, once ended, has another in its place, which takes no write.
    private final CompletableFuture<Channel> channel = new CompletableFuture<>();
    private final CompletableFuture<HttpHeaders> headers = new CompletableFuture<>();
    private final CompletableFuture<WebSocketCloseStatus> closed = new CompletableFuture<>();
    private final Disposable opened;

    private TestClient(String url, boolean answersPings, String... namesAndValues) {
        opened = HttpClient.create()
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
                .headers(request -> {
                    for (int i = 0; i < namesAndValues.length; i += 2) {
                        request.set(namesAndValues[i], namesAndValues[i + 1]);
                    }
                })
                .websocket(WebsocketClientSpec.builder()
                        .maxFramePayloadLength(32 << 20)
                        .handlePing(!answersPings)
                        .build())
                .uri(url)
                .handle((in, out) -> Mono.<Void>create(sink -> in.withConnection(connection -> {
                    headers.complete(((reactor.netty.http.client.HttpClientResponse) in).responseHeaders());
                    Disposable status = in.receiveCloseStatus()
                            .defaultIfEmpty(WebSocketCloseStatus.ABNORMAL_CLOSURE)
                            .subscribe(closed::complete, closed::completeExceptionally);
                    Disposable received = in.receiveFrames().subscribe(this::received, closed::completeExceptionally);
                    connection.onDispose(() -> {
                        status.dispose();
                        received.dispose();
                        closed.complete(WebSocketCloseStatus.ABNORMAL_CLOSURE);
                        sink.success();
                    });
                    channel.complete(connection.channel());
                })))
                .subscribe(_ -> {}, channel::completeExceptionally);
    }

    public static TestClient connect(String url, String... namesAndValues) {
        return opened(new TestClient(url, true, namesAndValues));
    }

    /// One that leaves protocol Pings unanswered.
    public static TestClient connectDead(String url) {
        return opened(new TestClient(url, false));
    }

    private static TestClient opened(TestClient client) {
        client.await(client.channel);
        return client;
    }

    private void received(WebSocketFrame frame) {
        switch (frame) {
            case TextWebSocketFrame text when text.text().startsWith(PRESENCE) -> presences.add(text.text());
            case TextWebSocketFrame text -> frames.add(text.text());
            case PongWebSocketFrame pong ->
                frames.add(PONG_MARK + pong.content().toString(StandardCharsets.US_ASCII));
            default -> frames.add(ByteBufUtil.hexDump(frame.content()));
        }
    }

    public TestClient send(String text) {
        return write(new TextWebSocketFrame(text));
    }

    public TestClient sendBinary(byte... bytes) {
        return write(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(bytes)));
    }

    /// Sends one text message in several frames.
    public TestClient writeFragments(String... parts) {
        for (int i = 0; i < parts.length; i++) {
            boolean isLast = i == parts.length - 1;
            write(
                    i == 0
                            ? new TextWebSocketFrame(isLast, 0, parts[i])
                            : new ContinuationWebSocketFrame(isLast, 0, parts[i]));
        }
        return this;
    }

    /// Reads up to the message that contains a text; what was read is in [#seen()].
    public TestClient readUntil(String text) {
        String message;
        do {
            message = next();
            seen.add(message);
        } while (!message.contains(text));
        return this;
    }

    public List<String> seen() {
        return seen;
    }

    /// The seat token of the welcome that was read.
    public String token() {
        return V1ClientTest.group(Pattern.compile("\"seat\":\"([^\"]+)\""), seen.getFirst());
    }

    /// Messages that have come and were not waited for.
    public int count() {
        return frames.size();
    }

    public TestClient ping(String payload) {
        return write(new PingWebSocketFrame(Unpooled.copiedBuffer(payload, StandardCharsets.US_ASCII)));
    }

    public TestClient write(WebSocketFrame frame) {
        await(channel).writeAndFlush(frame);
        return this;
    }

    /// The next frame: the text of a message, `pong:` and the payload of a Pong.
    public String next() {
        return next(frames);
    }

    /// The next that is told of other players' presence.
    public String nextPresence() {
        return next(presences);
    }

    /// How much of it has come and was not waited for.
    public int presences() {
        return presences.size();
    }

    private String next(BlockingQueue<String> queue) {
        try {
            String frame = queue.poll(DEADLINE.toSeconds(), TimeUnit.SECONDS);
            if (frame == null) {
                throw new AssertionError("no frame within " + DEADLINE + ", closed: " + closed.getNow(null));
            }
            return frame;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /// Sends an application ping and returns what came before its answer: proof that nothing else came.
    public String nextAfterPing() {
        send("{\"type\":\"ping\"}");
        return next();
    }

    public WebSocketCloseStatus awaitClose() {
        return await(closed);
    }

    public HttpHeaders responseHeaders() {
        return await(headers);
    }

    public void close(int code) {
        write(new CloseWebSocketFrame(code, ""));
    }

    /// Stops reading, as a client does that is too slow.
    public void stopReading() {
        await(channel).config().setAutoRead(false);
    }

    public void resumeReading() {
        await(channel).config().setAutoRead(true);
    }

    /// Cuts the TCP connection without a close frame.
    public void cut() {
        Channel open = await(channel);
        open.eventLoop().execute(() -> open.unsafe().closeForcibly());
    }

    private <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(DEADLINE.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        opened.dispose();
        channel.thenAccept(Channel::close);
    }
}

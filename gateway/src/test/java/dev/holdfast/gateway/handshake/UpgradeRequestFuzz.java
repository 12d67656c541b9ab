package dev.holdfast.gateway.handshake;

import dev.holdfast.gateway.Fuzz;
import dev.holdfast.gateway.backend.UpgradeHead;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.ReferenceCountUtil;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;
import tools.jackson.databind.json.JsonMapper;

/// A client that sends any bytes: each head gets a verdict, what is let through holds no line break that would be
/// a second header or request for the backend, nothing throws, nothing leaks.
public final class UpgradeRequestFuzz {
    private static final GateRules RULES =
            new GateRules(Duration.ofSeconds(10), new Refusals(JsonMapper.shared()), _ -> {});

    private UpgradeRequestFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        UnpooledByteBufAllocator allocator = Fuzz.countingAllocator();
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(allocator);
        channel.pipeline().addLast(new HttpServerCodec());
        ClientGate.install(channel.pipeline(), RULES);
        channel.pipeline().addLast(new Server());
        int cut = Math.min(input.length, 1 + (input[0] & 0xFF));
        feed(channel, Arrays.copyOfRange(input, 1, cut));
        feed(channel, Arrays.copyOfRange(input, cut, input.length));
        channel.finishAndReleaseAll();
        Fuzz.requireAllReleased(allocator);
    }

    private static void feed(EmbeddedChannel channel, byte[] bytes) {
        if (channel.isActive()) {
            channel.writeInbound(channel.alloc().buffer().writeBytes(bytes));
        }
    }

    /// What the filter does with a request, without a backend.
    private static final class Server extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof HttpRequest http && http.decoderResult().isSuccess()) {
                String[] path = http.uri().split("\\?", 2)[0].split("/", -1);
                UpgradeRequest request = new UpgradeRequest(
                        reactors(http), path.length == 4 ? path[2] : "", path.length == 4 ? path[3] : "");
                if (request.refusal(_ -> true, true) == null) {
                    requireOneLineEach(http.uri());
                    HttpHeaders headers = HopByHop.toBackend(http.headers());
                    headers.forEach(header -> requireOneLineEach(header.getKey() + header.getValue()));
                    new UpgradeHead(http.uri(), headers);
                    // As always when a backend has been asked: later
                    ctx.executor()
                            .execute(() -> ClientGate.upgrade(ctx.channel(), Unpooled.EMPTY_BUFFER)
                                    .cut());
                }
            }
            ReferenceCountUtil.release(message);
        }

        private static void requireOneLineEach(String text) {
            if (text.chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0)) {
                throw new AssertionError("Let through a line break: " + text);
            }
        }

        /// Reactor Netty's view of a request, as far as a verdict needs it.
        private static HttpServerRequest reactors(HttpRequest http) {
            return (HttpServerRequest) Proxy.newProxyInstance(
                    HttpServerRequest.class.getClassLoader(),
                    new Class<?>[] {HttpServerRequest.class},
                    (_, method, _) -> answer(http, method.getName()));
        }

        private static @Nullable Object answer(HttpRequest http, String question) {
            return switch (question) {
                case "requestHeaders" -> http.headers();
                case "method" -> http.method();
                case "version" -> http.protocolVersion();
                case "uri" -> http.uri();
                default -> throw new UnsupportedOperationException(question);
            };
        }
    }
}

package dev.holdfast.gateway.handshake;

import dev.holdfast.gateway.Fuzz;
import dev.holdfast.gateway.backend.HeadLines;
import dev.holdfast.gateway.backend.UpgradeHead;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A client that sends any bytes: each head gets a verdict, what is let through was read whole and holds no line break
/// that would be a second header or request for the backend, nothing throws, nothing leaks.
public final class UpgradeRequestFuzz {
    private static final Refusals REFUSALS = new Refusals();
    private static final GateRules RULES =
            new GateRules(8 << 10, Duration.ofSeconds(10), Duration.ofSeconds(60), REFUSALS, _ -> {});

    private UpgradeRequestFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        UnpooledByteBufAllocator allocator = Fuzz.countingAllocator();
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(allocator);
        ClientGate.install(channel.pipeline(), RULES, new Judge(), new ChannelInboundHandlerAdapter());
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

    /// What becomes of a request for a session, without a backend.
    private static final class Judge implements Doorman {
        @Override
        public boolean isForSession(HttpRequest request) {
            return SessionPath.of(request.uri()) != null;
        }

        @Override
        public @Nullable Runnable answer(HttpRequest http, ClientGate gate) {
            if (http.decoderResult().isFailure()) {
                throw new AssertionError("Asked with half of a head: " + http);
            }
            SessionPath path = Objects.requireNonNull(SessionPath.of(http.uri()));
            Refusal refusal = new UpgradeRequest(http, path.game(), path.player()).refusal(_ -> true, true);
            if (refusal != null) {
                gate.answer(REFUSALS.response(refusal), HttpUtil.isKeepAlive(http));
                return null;
            }
            requireOneLineEach(http.uri());
            HeadLines lines = new HeadLines("GET " + http.uri() + " HTTP/1.1");
            HopByHop.toBackend(http.headers(), (name, value) -> {
                requireOneLineEach(name + value);
                lines.add(name, value);
            });
            new UpgradeHead(lines, http.headers());
            boolean[] isGone = new boolean[1];
            // As always when a backend has been asked: later
            gate.channel().eventLoop().execute(() -> {
                if (!isGone[0]) {
                    gate.upgrade(Unpooled.EMPTY_BUFFER).cut();
                }
            });
            return () -> isGone[0] = true;
        }

        @Override
        public void turnedAway(@Nullable HttpRequest request, Refusal refusal) {}

        private static void requireOneLineEach(String text) {
            if (text.chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0)) {
                throw new AssertionError("Let through a line break: " + text);
            }
        }
    }

    /// The HTTP server: no request for a session is its business.
    private static final class Server extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof HttpRequest http && http.decoderResult().isSuccess() && isForSession(http.uri())) {
                throw new AssertionError("Let through to the HTTP server: " + http.uri());
            }
            ReferenceCountUtil.release(message);
        }

        private static boolean isForSession(String target) {
            return target.split("\\?", 2)[0].matches("/ws/[A-Za-z0-9_-]+/[A-Za-z0-9_-]+");
        }
    }
}

package dev.holdfast.gateway.backend;

import dev.holdfast.gateway.Fuzz;
import dev.holdfast.gateway.link.ResumePoint;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/// A backend that answers an upgrade with any bytes: it gets one verdict, nothing throws, nothing leaks.
public final class BackendHandshakeFuzz {
    static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private BackendHandshakeFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        UnpooledByteBufAllocator allocator = Fuzz.countingAllocator();
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(allocator);
        DialRequest request = new DialRequest(
                channel.eventLoop(),
                "g",
                null,
                new UpgradeHead(
                        new HeadLines("GET /ws/g/p HTTP/1.1"), new DefaultHttpHeaders().add("Sec-WebSocket-Key", KEY)),
                ResumePoint.START,
                "s",
                null);
        AtomicInteger verdicts = new AtomicInteger();
        channel.pipeline().addLast(BackendHandshake.decoder(), new BackendHandshake(request, new DialOutcome() {
            @Override
            public void answered(DialAnswer answer) {
                verdicts.incrementAndGet();
                if (answer instanceof DialAnswer.Upgraded upgraded) {
                    upgraded.leg().cut();
                }
            }

            @Override
            public void failed(Throwable failure) {
                verdicts.incrementAndGet();
            }
        }));
        int cut = input[0] & 0xFF;
        feed(channel, Arrays.copyOfRange(input, 1, Math.min(input.length, 1 + cut)));
        feed(channel, Arrays.copyOfRange(input, Math.min(input.length, 1 + cut), input.length));
        channel.finishAndReleaseAll();
        if (verdicts.get() != 1) {
            throw new AssertionError(verdicts + " verdicts (expected: 1)");
        }
        Fuzz.requireAllReleased(allocator);
    }

    private static void feed(EmbeddedChannel channel, byte[] bytes) {
        if (channel.isActive()) {
            channel.writeInbound(channel.alloc().buffer().writeBytes(bytes));
        }
    }
}

package dev.holdfast.gateway.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.ScarceAllocator;
import dev.holdfast.gateway.link.ResumePoint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackendHandshakeTest {
    @Test
    void a_refusal_for_whose_body_there_is_no_memory_is_a_failure_and_given_back() {
        ScarceAllocator memory = new ScarceAllocator();
        List<String> verdicts = new ArrayList<>();
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(memory);
        DialRequest request = new DialRequest(
                channel.eventLoop(),
                "g",
                null,
                new UpgradeHead(
                        new HeadLines("GET /ws/g/p HTTP/1.1"),
                        new DefaultHttpHeaders().add("Sec-WebSocket-Key", BackendHandshakeFuzz.KEY)),
                ResumePoint.START,
                "s",
                null);
        channel.pipeline().addLast(BackendHandshake.decoder(), new BackendHandshake(request, new DialOutcome() {
            @Override
            public void answered(DialAnswer answer) {
                verdicts.add("answered");
            }

            @Override
            public void failed(Throwable failure) {
                verdicts.add("failed");
            }
        }));
        channel.writeInbound(bytes("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 1000\r\n\r\n"));
        memory.runOut();
        ByteBuf body = bytes("x".repeat(1000));
        channel.writeInbound(body);

        assertThat(verdicts).containsExactly("failed");
        assertThat(body.refCnt()).isZero();
        assertThat(channel.isOpen()).isFalse();
        channel.finishAndReleaseAll();
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }
}

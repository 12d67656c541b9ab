package dev.holdfast.gateway.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.leg.Leg;
import dev.holdfast.gateway.leg.LegEvents;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientGateTest {
    private static final String HEAD =
            "GET /ws/g/p HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    private final EmbeddedChannel channel = gated();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void other_requests_go_through_whole() {
        receive("POST /api HTTP/1.1\r\nContent-Length: 24\r\n\r\nGET /ws/ HTTP/1.1\r\n\r\nhi!");

        assertThat(passedOn(channel)).isEqualTo("POST /api GET /ws/ HTTP/1.1\r\n\r\nhi!");
    }

    @Test
    void what_comes_behind_the_head_of_an_upgrade_waits_wherever_the_head_is_cut() {
        String all = HEAD + "frame";
        for (int cut = 1; cut < all.length(); cut++) {
            EmbeddedChannel fresh = gated();
            fresh.writeInbound(bytes(all.substring(0, cut)));
            fresh.writeInbound(bytes(all.substring(cut)));

            assertThat(passedOn(fresh)).as("cut at %d", cut).isEqualTo("GET /ws/g/p ");
            fresh.finishAndReleaseAll();
        }
    }

    @Test
    void an_upgrade_behind_another_request_is_seen() {
        receive("GET /livez HTTP/1.1\r\n\r\n" + HEAD + "frame");

        assertThat(passedOn(channel)).isEqualTo("GET /livez GET /ws/g/p ");
    }

    @Test
    void after_the_upgrade_the_leg_is_alone_and_gets_what_waited_first() {
        receive(HEAD + "early");
        Leg leg = ClientGate.upgrade(channel, bytes("101"));
        StringBuilder received = new StringBuilder();
        leg.attach(new LegEvents() {
            @Override
            public void received(ByteBuf in) {
                received.append(in.toString(StandardCharsets.US_ASCII));
                in.release();
            }

            @Override
            public void receivedAll() {}

            @Override
            public void drained() {}

            @Override
            public void gone() {}
        });

        receive(" late");

        assertThat(received).hasToString("early late");
        assertThat(channel.pipeline().first()).isSameAs(leg);
        assertThat(channel.pipeline().last()).isSameAs(leg);
        ByteBuf sent = channel.readOutbound();
        assertThat(sent.toString(StandardCharsets.US_ASCII)).isEqualTo("101");
        sent.release();
    }

    @Test
    void when_the_upgrade_is_refused_what_waited_is_the_next_request() {
        receive(HEAD + "GET /next HTTP/1.1\r\n\r\n");
        assertThat(passedOn(channel)).isEqualTo("GET /ws/g/p ");

        channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.FORBIDDEN));
        channel.runPendingTasks();

        assertThat(passedOn(channel)).isEqualTo("GET /next ");
    }

    private static EmbeddedChannel gated() {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpServerCodec());
        ClientGate.install(channel.pipeline());
        return channel;
    }

    private void receive(String text) {
        channel.writeInbound(bytes(text));
    }

    /// What the HTTP server behind the gate saw: method and target of each request, and bodies.
    private static String passedOn(EmbeddedChannel channel) {
        StringBuilder seen = new StringBuilder();
        for (Object part = channel.readInbound(); part != null; part = channel.readInbound()) {
            if (part instanceof HttpRequest request) {
                seen.append(request.method()).append(' ').append(request.uri()).append(' ');
            } else if (part instanceof HttpContent content) {
                seen.append(content.content().toString(StandardCharsets.US_ASCII));
            }
            ReferenceCountUtil.release(part);
        }
        return seen.toString();
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }
}

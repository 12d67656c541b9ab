package dev.holdfast.gateway.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.leg.Leg;
import dev.holdfast.gateway.leg.LegEvents;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientGateTest {
    private static final String HEAD = "GET /ws/g/p HTTP/1.1\r\nHost: h\r\n\r\n";

    private final ClientGate gate = new ClientGate();
    private final EmbeddedChannel channel = new EmbeddedChannel(gate);

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void other_requests_go_through_whole() {
        receive("POST /api HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi");

        assertThat(passedOn()).isEqualTo("POST /api HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi");
    }

    @Test
    void what_comes_behind_the_head_of_an_upgrade_waits_wherever_the_head_is_cut() {
        for (int cut = "GET /ws/".length(); cut <= HEAD.length() + 3; cut++) {
            EmbeddedChannel fresh = new EmbeddedChannel(new ClientGate());
            String all = HEAD + "frame";
            fresh.writeInbound(bytes(all.substring(0, cut)));
            fresh.writeInbound(bytes(all.substring(cut)));

            assertThat(text(fresh)).as("cut at %d", cut).isEqualTo(HEAD);
            fresh.finishAndReleaseAll();
        }
    }

    @Test
    void after_the_upgrade_the_leg_is_alone_and_gets_what_waited_first() {
        channel.pipeline().addLast(new HttpServerCodec());
        receive(HEAD + "early");
        Leg leg = gate.upgrade(channel, bytes("101"));
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
        assertThat(passedOn()).isEqualTo(HEAD);

        channel.writeOutbound(bytes("HTTP/1.1 403 Forbidden\r\n\r\n"));
        channel.runPendingTasks();

        assertThat(passedOn()).isEqualTo("GET /next HTTP/1.1\r\n\r\n");
    }

    private void receive(String text) {
        channel.writeInbound(bytes(text));
    }

    private String passedOn() {
        return text(channel);
    }

    private static String text(EmbeddedChannel channel) {
        StringBuilder text = new StringBuilder();
        for (ByteBuf part = channel.readInbound(); part != null; part = channel.readInbound()) {
            text.append(part.toString(StandardCharsets.US_ASCII));
            part.release();
        }
        return text.toString();
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }
}

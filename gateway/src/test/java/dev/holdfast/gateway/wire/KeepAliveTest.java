package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pings as the gateway sends them by default, and what it answers and swallows (`docs/protocol.md`, section 1).
///
/// The limit of silence is out of reach here, so nobody has to answer.
class KeepAliveTest {
    private static final Frame PING = Frame.text("{\"type\":\"ping\"}");
    private static final Frame PONG = Frame.text("{\"type\":\"pong\"}");
    private static final Frame AFTER = Frame.text("after");

    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(backend.url(), "WS_PING_INTERVAL=200ms", "WS_PING_TIMEOUT=60");

    @Test
    void pings_in_both_ways_at_once() {
        TestClient client = gateway.open(backend).client();
        for (int i = 0; i < 3; i++) {
            List<Frame> pings = List.of(client.nextFrame(), client.nextFrame());
            assertThat(pings).contains(PING).anyMatch(KeepAliveTest::isProtocolPing);
        }
    }

    @Test
    void the_backend_is_sent_no_application_ping() {
        Session session = gateway.open(backend);
        awaitPings(session.client(), 3);
        session.client().send(AFTER);
        assertThat(nextData(session.backend())).isEqualTo(AFTER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"pong\"}",
                " {\t\"type\"\r\n : \"pong\" } ",
                "{\"type\":\"pong\",\"t\":1763800000000}",
                "{\"t\":[1,{\"type\":\"x\"}],\"type\":\"pong\"}",
                "{\"a\":{\"b\":[]},\"type\":\"pong\",\"c\":null}",
                "{\"a\":\"}\\\"{\",\"type\":\"pong\"}",
                "{\"type\":\"\\u0070ong\"}",
                "{\"t\\u0079pe\":\"pong\"}",
                "{\"n\":-1.5e+3,\"ok\":true,\"type\":\"pong\"}",
                "{\"type\":\"pong\",\"pad\":\"é12345678901234567890123456789012345\"}"
            })
    void a_pong_goes_no_further(String pong) {
        Session session = gateway.open(backend);
        assertThat(Frame.text(pong).payload().limit()).isLessThanOrEqualTo(64);
        session.client().send(Frame.text(pong), AFTER);
        assertThat(nextData(session.backend())).isEqualTo(AFTER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"type\":\"ping\"}", "{ \"type\" : \"ping\" }", "{\"type\":\"ping\",\"id\":7}"})
    void a_ping_is_answered_and_goes_no_further(String ping) {
        Session session = gateway.open(backend);
        session.client().send(Frame.text(ping), AFTER);
        assertThat(nextBut(session.client(), PING)).isEqualTo(PONG);
        assertThat(nextData(session.backend())).isEqualTo(AFTER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"pongs\"}",
                "{\"type\":\"Pong\"}",
                "{\"types\":\"pong\"}",
                "{\"Type\":\"pong\"}",
                "{\"x\":{\"type\":\"pong\"}}",
                "{\"x\":\"type\",\"y\":\"pong\"}",
                "{\"type\":[\"pong\"]}",
                "{\"type\":{\"pong\":1}}",
                "{\"x\":\"\\\"type\\\":\\\"pong\\\"\"}",
                "[\"pong\"]",
                "[{\"type\":\"pong\"}]",
                "\"pong\"",
                "pong",
                "{\"type\":\"pong\"",
                "{\"type\":\"pong\"}}",
                "{\"type\":\"pong\"}{\"type\":\"move\"}",
                "{\"type\":\"pong\",}",
                "{\"type\" \"pong\"}",
                "{type:\"pong\"}",
                "{'type':'pong'}",
                "{}",
                ""
            })
    void what_only_looks_alike_is_a_message(String text) {
        Session session = gateway.open(backend);
        session.client().send(Frame.text(text), AFTER);
        assertThat(nextData(session.backend())).isEqualTo(Frame.text(text));
        assertThat(nextData(session.backend())).isEqualTo(AFTER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ping", "pong"})
    void a_signal_of_65_bytes_is_a_message_and_one_of_64_is_not(String type) {
        Session session = gateway.open(backend);
        Frame tooLong = Frame.text(signalOf(type, 65));
        session.client().send(Frame.text(signalOf(type, 64)), tooLong, AFTER);
        assertThat(nextData(session.backend())).isEqualTo(tooLong);
        assertThat(nextData(session.backend())).isEqualTo(AFTER);
    }

    @Test
    void a_binary_pong_is_a_message() {
        Session session = gateway.open(backend);
        Frame binary = Frame.binary("{\"type\":\"pong\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        session.client().send(binary);
        assertThat(nextData(session.backend())).isEqualTo(binary);
    }

    @Test
    void a_fragmented_pong_is_a_message() {
        Session session = gateway.open(backend);
        Frame start = Frame.text("{\"type\":").unfinished();
        session.client().send(start, Frame.continuation("\"pong\"}"), PONG.unfinished(), Frame.continuation(""));
        assertThat(nextData(session.backend())).isEqualTo(start);
        assertThat(nextData(session.backend())).isEqualTo(Frame.continuation("\"pong\"}"));
        assertThat(nextData(session.backend())).isEqualTo(PONG.unfinished());
        assertThat(nextData(session.backend())).isEqualTo(Frame.continuation(""));
    }

    @Test
    void a_pong_cut_anywhere_is_still_a_pong() {
        Session session = gateway.open(backend);
        byte[] pong = session.client().encoded(PONG);
        for (int cut = 1; cut < pong.length; cut++) {
            session.client().write(java.util.Arrays.copyOf(pong, cut));
            session.backend().send(AFTER);
            assertThat(nextBut(session.client(), PING)).isEqualTo(AFTER);
            session.client().write(java.util.Arrays.copyOfRange(pong, cut, pong.length));
            session.client().send(AFTER);
            assertThat(nextData(session.backend())).isEqualTo(AFTER);
        }
    }

    @Test
    void the_backends_pings_and_pongs_are_its_own_business() {
        Session session = gateway.open(backend);
        session.backend().send(PONG);
        assertThat(nextBut(session.client(), PING)).isEqualTo(PONG);
    }

    @Test
    void no_application_ping_stands_inside_a_message() {
        Session session = gateway.open(backend);
        TestClient clock = gateway.open(backend).client();
        session.backend().send(Frame.text("start ").unfinished());
        assertThat(nextBut(session.client(), PING))
                .isEqualTo(Frame.text("start ").unfinished());
        awaitPings(clock, 4);
        session.backend().send(Frame.continuation("end"));
        assertThat(nextData(session.client())).isEqualTo(Frame.continuation("end"));
        assertThat(nextData(session.client())).isEqualTo(PING);
    }

    @Test
    void no_ping_of_any_kind_stands_inside_a_frame() {
        Session session = gateway.open(backend);
        TestClient clock = gateway.open(backend).client();
        byte[] frame = session.backend().encoded(Frame.text("slowly"));
        session.backend().write(java.util.Arrays.copyOf(frame, 4));
        awaitPings(clock, 4);
        session.backend().write(java.util.Arrays.copyOfRange(frame, 4, frame.length));
        assertThat(nextBut(session.client(), PING)).isEqualTo(Frame.text("slowly"));
        assertThat(nextData(session.client())).isEqualTo(PING);
    }

    @Test
    void an_answer_to_a_ping_waits_for_the_end_of_the_backends_message() {
        Session session = gateway.open(backend);
        session.backend().send(Frame.text("start ").unfinished());
        assertThat(nextBut(session.client(), PING))
                .isEqualTo(Frame.text("start ").unfinished());
        session.client().send(PING, AFTER);
        assertThat(nextData(session.backend())).isEqualTo(AFTER);
        session.backend().send(Frame.continuation("end"));
        assertThat(nextData(session.client())).isEqualTo(Frame.continuation("end"));
        assertThat(nextBut(session.client(), PING)).isEqualTo(PONG);
    }

    /// Lets the time pass in which the gateway pings a client so many times.
    private static void awaitPings(TestClient client, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(nextData(client)).isEqualTo(PING);
        }
    }

    private static Frame nextData(RawLeg leg) {
        Frame frame = leg.nextFrame();
        while (isProtocolPing(frame)) {
            frame = leg.nextFrame();
        }
        return frame;
    }

    private static Frame nextBut(RawLeg leg, Frame passed) {
        Frame frame = nextData(leg);
        while (frame.equals(passed)) {
            frame = nextData(leg);
        }
        return frame;
    }

    private static boolean isProtocolPing(Frame frame) {
        return frame.opcode() == Frame.PING && frame.fin();
    }

    private static String signalOf(String type, int bytes) {
        String start = "{\"type\":\"%s\",\"pad\":\"".formatted(type);
        return start + "x".repeat(bytes - start.length() - 2) + "\"}";
    }
}

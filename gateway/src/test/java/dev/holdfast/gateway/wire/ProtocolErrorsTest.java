package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What no client may send (RFC 6455, sections 5.1, 5.2, 5.4 and 5.5): closed by the gateway, and kept from the
/// backend.
class ProtocolErrorsTest {
    private static final int LIMIT = 64 << 10;

    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(backend.url());

    static Stream<Arguments> errors() {
        Frame start = Frame.text("a").unfinished();
        Frame bad = Frame.text("bad");
        Frame badPing = Frame.ping("bad");
        return Stream.of(
                error("RSV1", bad.withRsv(4)),
                error("RSV2", bad.withRsv(2)),
                error("RSV3", bad.withRsv(1)),
                error("RSV1 on a Ping", badPing.withRsv(4)),
                error("opcode 3", Frame.of(3, new byte[1])),
                error("opcode 7", Frame.of(7, new byte[0])),
                error("opcode 11", Frame.of(11, new byte[1])),
                error("opcode 15", Frame.of(15, new byte[0])),
                Arguments.of("no mask on a text", bad.unmasked()),
                Arguments.of("no mask on a Ping", badPing.unmasked()),
                Arguments.of("no mask on a Close", Frame.close(4444, "bad").unmasked()),
                error("a Ping of 126 bytes", Frame.of(Frame.PING, new byte[126])),
                error("a Close of 126 bytes", Frame.of(Frame.CLOSE, new byte[126])),
                error("a Pong of 70000 bytes", Frame.of(Frame.PONG, new byte[70000])),
                error("a fragmented Ping", badPing.unfinished()),
                error("a fragmented Close", Frame.close(4444, "bad").unfinished()),
                error("a continuation of nothing", Frame.continuation("bad")),
                error(
                        "an unfinished continuation of nothing",
                        Frame.continuation("bad").unfinished()),
                error("a text inside a message", start, bad),
                error("a binary inside a message", start, Frame.of(Frame.BINARY, new byte[] {'b', 'a', 'd'})),
                error("a continuation after the end", start, Frame.continuation("b"), Frame.continuation("bad")));
    }

    private static Arguments error(String name, Frame... frames) {
        return Arguments.of(
                name,
                RawLeg.joined(
                        Stream.of(frames).map(frame -> frame.masked(0x1020304)).toArray(byte[][]::new)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("errors")
    void a_protocol_error_is_closed_with_1002(String error, byte[] bytes) {
        Session session = gateway.open(backend);
        session.client().write(bytes);
        assertClosed(session, 1002);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("errors")
    void a_protocol_error_that_comes_byte_by_byte_is_closed_with_1002(String error, byte[] bytes) {
        Session session = gateway.open(backend);
        for (int i = 0; i < Math.min(bytes.length, 32); i++) {
            session.client()
                    .writeMeanwhile(new byte[] {bytes[i]})
                    .exceptionally(gone -> null)
                    .join();
        }
        assertClosed(session, 1002);
    }

    @ParameterizedTest
    @ValueSource(strings = {"82 ff 80 00 00 00 00 00 00 00", "82 ff ff ff ff ff ff ff ff ff"})
    void a_length_beyond_63_bits_is_closed(String header) {
        Session session = gateway.open(backend);
        session.client().write(hex(header + " 00 00 00 00"));
        assertClosed(session, 1002, 1009);
    }

    @Test
    void an_absurd_length_is_closed_at_its_header() {
        Session session = gateway.open(backend);
        session.client().write(hex("82 ff 7f ff ff ff ff ff ff ff 00 00 00 00"));
        assertClosed(session, 1009);
    }

    @Test
    void a_message_of_just_the_limit_passes() {
        Session session = gateway.open(backend);
        Frame frame = Frame.binary(new byte[LIMIT]);
        session.client().send(frame);
        assertThat(session.backend().nextFrame()).isEqualTo(frame);
    }

    @Test
    void a_frame_over_the_limit_is_closed_at_its_header() {
        Session session = gateway.open(backend);
        byte[] frame = session.client().encoded(Frame.binary(new byte[LIMIT + 1]));
        session.client().write(Arrays.copyOf(frame, 14));
        assertClosed(session, 1009);
    }

    @Test
    void a_client_that_writes_on_over_the_limit_still_learns_why_it_is_closed() {
        Session session = gateway.open(backend);
        byte[] frame = session.client().encoded(Frame.binary(new byte[4 << 20]));
        // The rest is taken, not answered with a reset, which on many systems throws the unread Close away.
        session.client().writeMeanwhile(frame).join();
        assertClosed(session, 1009);
    }

    @Test
    void fragments_that_sum_up_to_just_the_limit_pass() {
        Session session = gateway.open(backend);
        Frame first = Frame.binary(new byte[LIMIT - 1]).unfinished();
        session.client().send(first, Frame.continuation("x"));
        assertThat(session.backend().nextFrame()).isEqualTo(first);
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.continuation("x"));
        // The next message starts from nothing.
        session.client().send(first, Frame.continuation("y"));
        assertThat(session.backend().nextFrame()).isEqualTo(first);
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.continuation("y"));
    }

    @Test
    void fragments_that_sum_up_to_more_than_the_limit_are_closed() {
        Session session = gateway.open(backend);
        session.client()
                .send(
                        Frame.binary(new byte[LIMIT - 1]).unfinished(),
                        Frame.continuation("x").unfinished(),
                        Frame.continuation("bad"));
        assertClosed(session, 1009);
    }

    @Test
    void a_ping_does_not_count_as_part_of_the_message_around_it() {
        Session session = gateway.open(backend);
        Frame first = Frame.binary(new byte[LIMIT - 1]).unfinished();
        session.client().send(first, Frame.ping("in between"), Frame.continuation("x"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.pong("in between"));
        assertThat(session.backend().nextFrame()).isEqualTo(first);
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.continuation("x"));
    }

    @Test
    void frames_before_the_error_in_the_same_write_still_arrive() {
        Session session = gateway.open(backend);
        session.client()
                .write(Frame.text("good").masked(7), Frame.of(3, new byte[1]).masked(7));
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.text("good"));
        assertClosed(session, 1002);
    }

    static Stream<Arguments> errorsOfTheBackend() {
        return Stream.of(
                Arguments.of("a mask", Frame.text("bad").masked(7)),
                Arguments.of("RSV1", Frame.text("bad").withRsv(4).unmasked()),
                Arguments.of("opcode 3", Frame.of(3, new byte[1]).unmasked()),
                Arguments.of(
                        "a Ping of 126 bytes",
                        Frame.of(Frame.PING, new byte[126]).unmasked()),
                Arguments.of(
                        "a continuation of nothing", Frame.continuation("bad").unmasked()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("errorsOfTheBackend")
    void a_protocol_error_of_the_backend_is_an_error_of_the_server(String error, byte[] bytes) {
        Session session = gateway.open(backend);
        session.backend().write(RawLeg.joined(Frame.text("good").unmasked(), bytes));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("good"));
        Frame toClient = session.client().nextFrame();
        assertThat(toClient.opcode()).as("opcode of %s", toClient).isEqualTo(Frame.CLOSE);
        assertThat(toClient.closeCode()).as("code of %s", toClient).isEqualTo(1011);
        Frame toBackend = session.backend().nextFrame();
        assertThat(toBackend.closeCode()).as("code of %s", toBackend).isEqualTo(1002);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "88 81 00 00 00 00 03",
                "88 82 00 00 00 00 03 ed",
                "88 82 00 00 00 00 03 ee",
                "88 82 00 00 00 00 03 e7",
                "88 82 00 00 00 00 03 f7",
                "88 82 00 00 00 00 13 88"
            })
    void a_close_that_no_endpoint_may_send_is_closed_with_1002(String close) {
        Session session = gateway.open(backend);
        session.client().write(hex(close));
        assertClosed(session, 1002);
    }

    /// The client is told, the backend leg ends, and nothing of the wrong frame has reached it.
    private static void assertClosed(Session session, Integer... codes) {
        Frame close = session.client().nextFrame();
        assertThat(close.opcode()).as("opcode of %s", close).isEqualTo(Frame.CLOSE);
        assertThat(close.closeCode()).as("code of %s", close).isIn((Object[]) codes);
        session.client().sendIfOpen(close);
        session.client().readToEnd();
        assertThat(session.backend().framesToEnd()).noneMatch(ProtocolErrorsTest::isWrong);
    }

    private static boolean isWrong(Frame frame) {
        return frame.text().contains("bad") || frame.payload().limit() > LIMIT || frame.closeCode() == 4444;
    }

    private static byte[] hex(String bytes) {
        return HexFormat.ofDelimiter(" ").parseHex(bytes);
    }
}

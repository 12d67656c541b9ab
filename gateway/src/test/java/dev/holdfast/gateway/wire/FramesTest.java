package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Legal frames (RFC 6455, sections 5.4 and 5.5) pass as they came; Ping and Pong stay on their leg.
class FramesTest {
    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(backend.url());

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 65535, 65536})
    void a_frame_of_every_length_form_passes_both_ways(int size) {
        Session session = gateway.open(backend);
        Frame frame = Frame.binary(pattern(size));
        session.client().send(frame);
        assertThat(session.backend().nextFrame()).isEqualTo(frame);
        session.backend().send(frame);
        assertThat(session.client().nextFrame()).isEqualTo(frame);
    }

    @Test
    void a_fragmented_message_passes_fragment_by_fragment() {
        Session session = gateway.open(backend);
        List<Frame> message = List.of(
                Frame.text("one ").unfinished(),
                Frame.continuation("").unfinished(),
                Frame.continuation("two ").unfinished(),
                Frame.continuation("three"));
        for (Frame fragment : message) {
            session.client().send(fragment);
            assertThat(session.backend().nextFrame()).isEqualTo(fragment);
        }
        for (Frame fragment : message) {
            session.backend().send(fragment);
            assertThat(session.client().nextFrame()).isEqualTo(fragment);
        }
    }

    @Test
    void many_frames_in_one_write_arrive_in_their_order() {
        Session session = gateway.open(backend);
        Frame[] frames = new Frame[1000];
        Arrays.setAll(frames, i -> Frame.text("message " + i));
        session.client().send(frames);
        session.backend().send(frames);
        for (Frame frame : frames) {
            assertThat(session.backend().nextFrame()).isEqualTo(frame);
            assertThat(session.client().nextFrame()).isEqualTo(frame);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 130, 66000})
    void a_message_cut_anywhere_arrives_whole(int size) {
        Session session = gateway.open(backend);
        Frame first = Frame.binary(pattern(size)).unfinished();
        Frame last = Frame.continuation("end");
        byte[] toClient = RawLeg.joined(
                session.backend().encoded(first), session.backend().encoded(last));
        for (int cut : cuts(toClient.length, size)) {
            session.backend().write(Arrays.copyOf(toClient, cut));
            // Its arrival shows that the gateway has read meanwhile.
            session.client().send(Frame.text("tick"));
            assertThat(session.backend().nextFrame()).isEqualTo(Frame.text("tick"));
            session.backend().write(Arrays.copyOfRange(toClient, cut, toClient.length));
            assertThat(session.client().nextFrame()).isEqualTo(first);
            assertThat(session.client().nextFrame()).isEqualTo(last);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 130, 65000})
    void a_clients_message_cut_anywhere_arrives_whole(int size) {
        Session session = gateway.open(backend);
        Frame first = Frame.binary(pattern(size)).unfinished();
        Frame last = Frame.continuation("end");
        byte[] toBackend =
                RawLeg.joined(session.client().encoded(first), session.client().encoded(last));
        for (int cut : cuts(toBackend.length, size)) {
            session.client().write(Arrays.copyOf(toBackend, cut));
            session.backend().send(Frame.text("tick"));
            assertThat(session.client().nextFrame()).isEqualTo(Frame.text("tick"));
            session.client().write(Arrays.copyOfRange(toBackend, cut, toBackend.length));
            assertThat(session.backend().nextFrame()).isEqualTo(first);
            assertThat(session.backend().nextFrame()).isEqualTo(last);
        }
    }

    @Test
    void a_message_byte_by_byte_arrives_whole() {
        Session session = gateway.open(backend);
        Frame frame = Frame.binary(pattern(300));
        for (byte one : session.client().encoded(frame)) {
            session.client().write(new byte[] {one});
        }
        assertThat(session.backend().nextFrame()).isEqualTo(frame);
        for (byte one : session.backend().encoded(frame)) {
            session.backend().write(new byte[] {one});
        }
        assertThat(session.client().nextFrame()).isEqualTo(frame);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125})
    void a_clients_ping_is_answered_by_the_gateway_and_goes_no_further(int size) {
        Session session = gateway.open(backend);
        session.client().send(Frame.of(Frame.PING, pattern(size)));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.of(Frame.PONG, pattern(size)));
        session.client().send(Frame.text("after"));
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.text("after"));
    }

    @Test
    void a_clients_ping_between_fragments_is_answered_at_once() {
        Session session = gateway.open(backend);
        session.client().send(Frame.text("a").unfinished(), Frame.ping("now"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.pong("now"));
        session.client().send(Frame.continuation("b"));
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.text("a").unfinished());
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.continuation("b"));
    }

    @Test
    void a_clients_ping_is_answered_between_the_fragments_of_the_backend() {
        Session session = gateway.open(backend);
        session.backend().send(Frame.text("a").unfinished());
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("a").unfinished());
        session.client().send(Frame.ping("now"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.pong("now"));
        session.backend().send(Frame.continuation("b"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.continuation("b"));
    }

    @Test
    void an_answer_to_a_ping_never_stands_inside_a_frame() {
        Session session = gateway.open(backend);
        Frame frame = Frame.binary(pattern(5000));
        byte[] bytes = session.backend().encoded(frame);
        session.backend().write(Arrays.copyOf(bytes, 1000));
        session.client().send(Frame.ping("now"), Frame.text("tick"));
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.text("tick"));
        session.backend().write(Arrays.copyOfRange(bytes, 1000, bytes.length));
        assertThat(List.of(session.client().nextFrame(), session.client().nextFrame()))
                .containsExactlyInAnyOrder(frame, Frame.pong("now"));
    }

    @Test
    void a_clients_pong_goes_no_further() {
        Session session = gateway.open(backend);
        session.client()
                .send(Frame.pong("unasked"), Frame.text("a").unfinished(), Frame.pong(""), Frame.continuation("b"));
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.text("a").unfinished());
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.continuation("b"));
    }

    @Test
    void a_backends_ping_is_answered_by_the_gateway_and_goes_no_further() {
        Session session = gateway.open(backend);
        session.backend().send(Frame.ping("from behind"));
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.pong("from behind"));
        session.backend().send(Frame.text("a").unfinished(), Frame.ping(""), Frame.continuation("b"));
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.pong(""));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("a").unfinished());
        assertThat(session.client().nextFrame()).isEqualTo(Frame.continuation("b"));
    }

    @Test
    void a_backends_pong_goes_no_further() {
        Session session = gateway.open(backend);
        session.backend().send(Frame.pong("unasked"), Frame.text("after"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("after"));
    }

    @Test
    void a_burst_of_pings_is_answered_in_full() {
        Session session = gateway.open(backend);
        Frame[] pings = new Frame[1000];
        Arrays.setAll(pings, i -> Frame.ping("ping " + i));
        session.client().send(pings);
        for (int i = 0; i < pings.length; i++) {
            assertThat(session.client().nextFrame()).isEqualTo(Frame.pong("ping " + i));
        }
    }

    @Test
    void a_ping_cut_anywhere_is_answered() {
        Session session = gateway.open(backend);
        byte[] ping = session.client().encoded(Frame.ping("cut me"));
        for (int cut = 1; cut < ping.length; cut++) {
            session.client().write(Arrays.copyOf(ping, cut));
            session.backend().send(Frame.text("tick"));
            assertThat(session.client().nextFrame()).isEqualTo(Frame.text("tick"));
            session.client().write(Arrays.copyOfRange(ping, cut, ping.length));
            assertThat(session.client().nextFrame()).isEqualTo(Frame.pong("cut me"));
        }
    }

    @Test
    void what_the_gateway_does_not_understand_in_a_payload_passes() {
        Session session = gateway.open(backend);
        Frame invalidUtf8 = Frame.of(Frame.TEXT, new byte[] {(byte) 0xc3, (byte) 0x28, (byte) 0xff});
        session.client().send(invalidUtf8);
        assertThat(session.backend().nextFrame()).isEqualTo(invalidUtf8);
    }

    /// Every position in a short message; in a long one those around its headers and ends.
    private static int[] cuts(int length, int payload) {
        return java.util.stream.IntStream.range(1, length)
                .filter(cut -> length < 200 || cut < 20 || cut > length - 20 || cut == payload / 2)
                .toArray();
    }

    private static byte[] pattern(int size) {
        ByteBuffer pattern = ByteBuffer.allocate(size);
        while (pattern.hasRemaining()) {
            pattern.put((byte) (pattern.position() * 31 / 8));
        }
        return pattern.array();
    }
}

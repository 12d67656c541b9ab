package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// How a session ends: what either end says reaches the other, and what neither said is not invented.
class CloseCodesTest {
    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(backend.url());

    static Stream<Frame> closes() {
        return Stream.of(
                Frame.close(1000, "bye"),
                Frame.close(1001, "going away"),
                Frame.close(1008, "policy"),
                Frame.close(1011, "bug"),
                Frame.close(1012, "restart"),
                Frame.close(1013, "later"),
                Frame.close(3000, "registered"),
                Frame.close(4000, ""),
                Frame.close(4999, "é".repeat(61) + "!"),
                Frame.closeWithoutCode());
    }

    @ParameterizedTest
    @MethodSource("closes")
    void a_close_of_the_backend_reaches_the_client_unchanged(Frame close) {
        Session session = gateway.open(backend);
        session.backend().send(close);
        assertThat(session.client().nextFrame()).isEqualTo(close);
        session.client().send(close);
        assertThat(session.backend().nextFrame()).isEqualTo(close);
        session.client().expectEnd();
        session.backend().expectEnd();
    }

    @ParameterizedTest
    @MethodSource("closes")
    void a_close_of_the_client_reaches_the_backend_unchanged(Frame close) {
        Session session = gateway.open(backend);
        session.client().send(close);
        assertThat(session.backend().nextFrame()).isEqualTo(close);
        session.backend().send(close);
        assertThat(session.client().nextFrame()).isEqualTo(close);
        session.client().expectEnd();
        session.backend().expectEnd();
    }

    @Test
    void each_end_may_answer_with_a_code_of_its_own() {
        Session session = gateway.open(backend);
        session.client().send(Frame.close(4001, "client"));
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.close(4001, "client"));
        session.backend().send(Frame.close(4002, "backend"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.close(4002, "backend"));
        session.client().expectEnd();
    }

    @ParameterizedTest
    @MethodSource("closes")
    void a_close_of_the_client_is_answered_though_the_backend_goes_without_an_answer(Frame close) {
        Session session = gateway.open(backend);
        session.client().send(close);
        assertThat(session.backend().nextFrame()).isEqualTo(close);
        session.backend().reset();
        assertThat(session.client().framesToEnd()).containsExactly(close);
    }

    @Test
    void a_close_of_the_client_is_answered_though_the_backend_hangs() {
        Session session = gateway.open(backend);
        session.backend().send(Frame.text("last"));
        session.client().send(Frame.close(1000, "bye"));
        assertThat(session.client().framesToEnd()).containsExactly(Frame.text("last"), Frame.close(1000, "bye"));
        assertThat(session.backend().framesToEnd()).containsExactly(Frame.close(1000, "bye"));
    }

    @Test
    void what_was_sent_before_a_close_arrives_before_it() {
        Session session = gateway.open(backend);
        session.backend().send(Frame.text("last"), Frame.close(1012, "restart"));
        session.backend().close();
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("last"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.close(1012, "restart"));
    }

    @Test
    void a_client_that_leaves_without_the_backends_close_takes_the_backend_leg_along() {
        Session session = gateway.open(backend);
        session.client().send(Frame.close(1001, "tab closed"));
        session.client().close();
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.close(1001, "tab closed"));
        session.backend().expectEnd();
    }

    @Test
    void a_client_that_vanishes_is_not_turned_into_a_clean_close() {
        Session session = gateway.open(backend);
        session.client().send(Frame.text("last"));
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.text("last"));
        session.client().reset();
        session.backend().expectEnd();
    }

    @Test
    void a_client_that_ends_its_connection_without_a_close_is_not_turned_into_a_clean_close() {
        Session session = gateway.open(backend);
        session.client().send(Frame.text("last"));
        session.client().close();
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.text("last"));
        session.backend().expectEnd();
    }

    @Test
    void a_backend_that_vanishes_is_not_turned_into_a_clean_close() {
        Session session = gateway.open(backend);
        session.backend().reset();
        session.client().expectEnd();
    }

    @Test
    void a_backend_that_ends_its_connection_without_a_close_is_not_turned_into_a_clean_close() {
        Session session = gateway.open(backend);
        session.backend().send(Frame.text("last"));
        session.backend().close();
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("last"));
        session.client().expectEnd();
    }

    @Test
    void a_leg_cut_inside_a_frame_ends_the_other_one() {
        Session session = gateway.open(backend);
        byte[] frame = session.client().encoded(Frame.text("never whole"));
        session.client().write(java.util.Arrays.copyOf(frame, frame.length - 1));
        session.client().reset();
        session.backend().readToEnd();

        Session other = gateway.open(backend);
        other.backend().write(new byte[] {(byte) 0x81, 5, 'h'});
        other.backend().reset();
        other.client().readToEnd();
    }

    @Test
    void one_session_ends_without_the_others() {
        Session ended = gateway.open(backend);
        Session other = gateway.open(backend);
        ended.backend().reset();
        ended.client().expectEnd();
        other.client().send(Frame.text("still here"));
        assertThat(other.backend().nextFrame()).isEqualTo(Frame.text("still here"));
    }
}

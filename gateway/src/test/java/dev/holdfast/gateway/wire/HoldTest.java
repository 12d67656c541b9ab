package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// docs/protocol.md, section 7: a backend leg that ends costs the client nothing, and what was under way is neither
/// lost nor doubled.
class HoldTest {
    private static final String LINK = "Holdfast-Link: 1";

    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway =
            new TestGateway(backend.url(), "WS_PING_MODE=json", "BACKEND_PING_INTERVAL=1h", "GATEWAY_HOLD=1h");

    @Test
    void the_link_is_offered_with_a_name_for_the_session() {
        Session one = open();
        Session other = open();
        Head request = one.backend().request();
        assertThat(request.all("Holdfast-Link")).containsExactly("1");
        assertThat(request.all("Holdfast-First")).containsExactly("1");
        assertThat(request.has("Holdfast-Since")).isFalse();
        assertThat(request.field("Holdfast-Session")).matches("[A-Za-z0-9_-]{16}");
        assertThat(other.backend().request().field("Holdfast-Session")).isNotEqualTo(request.field("Holdfast-Session"));
        assertThat(one.answer().has("Holdfast-Link")).isFalse();
    }

    @Test
    void a_client_keeps_its_socket_when_the_backend_leg_breaks() {
        Session session = open();
        session.backend().reset();
        BackendLeg next = backend.accept();
        assertThat(next.request().target()).isEqualTo("/ws/g1/p1");
        assertThat(next.request().field("Holdfast-Session"))
                .isEqualTo(session.backend().request().field("Holdfast-Session"));
        next.upgrade(LINK).send(Frame.text("again"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("again"));
        session.client().send(Frame.text("move"));
        assertThat(next.nextFrame()).isEqualTo(Frame.text("move"));
    }

    @Test
    void a_backend_without_a_link_is_not_held_for() {
        Session session = gateway.open(backend);
        session.backend().reset();
        session.client().expectEnd();
    }

    @Test
    void nor_is_one_that_answers_with_another_version_of_the_link() {
        Session session = gateway.open(backend, Handshake.to("/ws/g1/p1"), "Holdfast-Link: 2");
        session.backend().reset();
        session.client().expectEnd();
    }

    @Test
    void what_was_not_acknowledged_is_sent_again_in_order() {
        Session session = open();
        session.client().send(Frame.text("a"), Frame.text("b"), Frame.text("{\"type\":\"pong\"}"), Frame.text("c"));
        for (String sent : new String[] {"a", "b", "c"}) {
            assertThat(session.backend().nextFrame()).isEqualTo(Frame.text(sent));
        }
        session.backend().send(Frame.pong("A 2"), Frame.text("seen"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("seen"));
        session.backend().reset();
        BackendLeg next = backend.accept();
        assertThat(next.request().all("Holdfast-First")).containsExactly("3");
        session.client().send(Frame.text("d"));
        next.upgrade(LINK);
        assertThat(next.nextFrame()).isEqualTo(Frame.text("c"));
        assertThat(next.nextFrame()).isEqualTo(Frame.text("d"));
    }

    @Test
    void what_the_client_sends_meanwhile_waits_for_the_next_leg() {
        Session session = open();
        session.backend().reset();
        session.client().send(Frame.text("meanwhile"));
        assertThat(backend.accept().upgrade(LINK).nextFrame()).isEqualTo(Frame.text("meanwhile"));
    }

    @Test
    void a_message_of_which_the_backend_had_a_part_comes_whole_on_the_next_leg() {
        Session session = open();
        session.client().send(Frame.text("be").unfinished());
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.text("be").unfinished());
        session.backend().reset();
        BackendLeg next = backend.accept().upgrade(LINK);
        session.client().send(Frame.continuation("gin"));
        assertThat(next.nextFrame()).isEqualTo(Frame.text("be").unfinished());
        assertThat(next.nextFrame()).isEqualTo(Frame.continuation("gin"));
    }

    @Test
    void the_next_leg_goes_on_after_the_last_message_that_reached_the_client() {
        Session session = open();
        session.backend()
                .send(
                        Frame.pong("E 7.aaaa"),
                        Frame.text("seven"),
                        Frame.text("of no cursor"),
                        Frame.pong("E 8.bbbb"),
                        Frame.text("ei").unfinished());
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("seven"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("of no cursor"));
        session.backend().reset();
        BackendLeg next = backend.accept();
        assertThat(next.request().all("Holdfast-Since")).containsExactly("7.aaaa");
        next.upgrade(LINK).send(Frame.pong("E 8.bbbb"), Frame.text("eight"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("eight"));
    }

    @Test
    void a_client_of_protocol_v1_is_told_and_a_plain_one_is_not() {
        Session plain = open();
        plain.backend().reset();
        backend.accept().upgrade(LINK).send(Frame.text("plain"));
        assertThat(plain.client().nextFrame()).isEqualTo(Frame.text("plain"));

        Session session = open();
        session.backend().send(Frame.pong("V 1"), Frame.text("hello"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("hello"));
        session.backend().reset();
        assertThat(session.client().nextFrame())
                .isEqualTo(Frame.text("{\"type\":\"sys.notice\",\"state\":\"backend_away\"}"));
        backend.accept().upgrade(LINK).send(Frame.text("back"));
        assertThat(session.client().nextFrame())
                .isEqualTo(Frame.text("{\"type\":\"sys.notice\",\"state\":\"backend_back\"}"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("back"));
    }

    @Test
    void the_next_backend_knows_that_the_client_has_said_hello() {
        Session session = open();
        session.backend().send(Frame.pong("V 1"), Frame.text("welcome"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("welcome"));
        session.backend().reset();
        assertThat(backend.accept().request().all("Holdfast-Protocol")).containsExactly("1");
    }

    @Test
    void a_cursor_moves_without_a_message_past_what_is_hidden_from_the_client() {
        Session session = open();
        session.backend().send(Frame.pong("E 7.aaaa"), Frame.text("seven"), Frame.pong("C 9.cccc"), Frame.text("end"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("seven"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("end"));
        session.backend().reset();
        assertThat(backend.accept().request().all("Holdfast-Since")).containsExactly("9.cccc");
    }

    @ParameterizedTest
    @ValueSource(ints = {1001, 1012, 1013})
    void a_backend_that_says_it_goes_is_replaced(int code) {
        Session session = open();
        session.backend().send(Frame.close(code, "restart"));
        assertThat(session.backend().nextFrame().closeCode()).isEqualTo(code);
        session.backend().expectEnd();
        BackendLeg next = backend.accept().upgrade(LINK);
        next.send(Frame.text("here"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("here"));
        session.client().send(Frame.close(1000, ""));
        assertThat(next.framesToEnd()).containsExactly(Frame.close(1000, ""));
        assertThat(session.client().framesToEnd()).containsExactly(Frame.close(1000, ""));
    }

    @Test
    void a_backend_that_goes_without_a_code_is_replaced() {
        Session session = open();
        session.backend().send(Frame.closeWithoutCode());
        backend.accept().upgrade(LINK).send(Frame.text("here"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("here"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1008, 1011, 4500, 4503})
    void a_close_that_is_meant_for_the_client_reaches_it(int code) {
        Session session = open();
        session.backend().send(Frame.close(code, "why"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.close(code, "why"));
    }

    @Test
    void pings_are_answered_and_a_close_is_too_while_nobody_is_behind() {
        Session session = open();
        backend.down();
        session.backend().reset();
        session.client().send(Frame.ping("there?"), Frame.text("{\"type\":\"ping\"}"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.pong("there?"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("{\"type\":\"pong\"}"));
        session.client().send(Frame.close(1001, "bye"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.close(1001, "bye"));
        session.client().expectEnd();
        backend.up();
    }

    @Test
    void a_backend_that_is_down_for_a_while_is_dialled_until_it_is_up() {
        Session session = open();
        session.client().send(Frame.text("kept"));
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.text("kept"));
        backend.down();
        session.backend().reset();
        session.client().send(Frame.ping("1"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.pong("1"));
        backend.up();
        assertThat(backend.accept().upgrade(LINK).nextFrame()).isEqualTo(Frame.text("kept"));
    }

    @Test
    void a_backend_that_refuses_is_asked_again() {
        Session session = open();
        session.backend().reset();
        backend.accept().refuse(503, "not yet");
        // Without the link nobody could go on where the other stopped
        backend.accept().upgrade();
        backend.accept().upgrade(LINK).send(Frame.text("now"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("now"));
    }

    @Test
    void a_long_message_of_which_the_client_has_a_part_cannot_be_repaired() {
        Session session = open();
        Frame part = Frame.binary(new byte[100_000]).unfinished();
        session.backend().send(part);
        assertThat(session.client().nextFrame()).isEqualTo(part);
        double broken = gateway.metric("holdfast_holds_total", "outcome=\"broken\"");
        session.backend().reset();
        assertThat(session.client().nextFrame()).isEqualTo(Frame.close(1012, "retry=0"));
        assertThat(gateway.metric("holdfast_holds_total", "outcome=\"broken\"")).isEqualTo(broken + 1);
    }

    @Test
    void no_more_is_kept_than_there_is_room_for() {
        Session session = open();
        for (int i = 1; i <= 64; i++) {
            session.client().send(Frame.text("m" + i));
            assertThat(session.backend().nextFrame()).isEqualTo(Frame.text("m" + i));
        }
        double pauses = gateway.metric("holdfast_backpressure_pauses_total", "leg=\"client\"");
        assertThat(pauses).isGreaterThanOrEqualTo(1);
        session.client().send(Frame.text("later"));
        session.backend().send(Frame.pong("A 64"));
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.text("later"));
    }

    @Test
    void nonsense_on_the_link_is_ignored() {
        Session session = open();
        session.backend()
                .send(
                        Frame.pong(""),
                        Frame.pong("A"),
                        Frame.pong("A x"),
                        Frame.pong("A -1"),
                        Frame.pong("A 99999999999999999999"),
                        Frame.pong("A 5"),
                        Frame.pong("E "),
                        Frame.pong("E a\r\nX: y"),
                        Frame.pong("V 2"),
                        Frame.pong("?"),
                        Frame.text("still here"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("still here"));
        session.backend().reset();
        Head request = backend.accept().upgrade(LINK).request();
        assertThat(request.has("Holdfast-Since")).isFalse();
        assertThat(request.has("X")).isFalse();
    }

    private static Session open() {
        return gateway.open(backend, Handshake.to("/ws/g1/p1"), LINK);
    }
}

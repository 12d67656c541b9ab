package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A hold does not last for ever, and a backend that hangs is found out.
class HoldLimitTest {
    private static final String LINK = "Holdfast-Link: 1";
    private static final Duration HOLD = Duration.ofMillis(600);

    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(
            backend.url(),
            "WS_PING_MODE=json",
            "GATEWAY_HOLD=" + HOLD.toMillis() + "ms",
            "BACKEND_PING_INTERVAL=200ms",
            "BACKEND_PING_TIMEOUT=200ms");

    @Test
    void a_client_whose_backend_does_not_come_back_in_time_is_told_to_try_again() {
        double expired = expired();
        Session session = gateway.open(backend, Handshake.to("/ws/g1/p1"), LINK);
        backend.down();
        session.backend().reset();
        Frame close = session.client().nextFrame();
        assertThat(close.opcode()).isEqualTo(Frame.CLOSE);
        assertThat(close.closeCode()).isEqualTo(1013);
        backend.up();
        assertThat(expired()).isGreaterThan(expired);
    }

    @Test
    void a_backend_that_takes_the_leg_and_nobody_in_has_not_come_back() {
        double expired = expired();
        Session session = gateway.open(backend, Handshake.to("/ws/g1/p1"), LINK);
        backend.always(leg -> leg.upgrade(LINK).send(Frame.pong("V 1"), Frame.close(1013, "overloaded")));
        session.backend().reset();
        Frame close = session.client().nextFrame();
        while (close.opcode() != Frame.CLOSE) {
            close = session.client().nextFrame();
        }
        assertThat(close.closeCode()).isEqualTo(1013);
        assertThat(expired()).isGreaterThan(expired);
    }

    @Test
    void each_leg_that_serves_begins_the_time_anew() {
        Session session = gateway.open(backend, Handshake.to("/ws/g1/p1"), LINK);
        BackendLeg leg = session.backend();
        long begin = System.nanoTime();
        for (int i = 0; System.nanoTime() - begin < 2 * HOLD.toNanos(); i++) {
            leg.reset();
            leg = backend.accept().upgrade(LINK);
            leg.send(Frame.text("m" + i));
            assertThat(session.client().nextFrame()).isEqualTo(Frame.text("m" + i));
        }
    }

    @Test
    void a_backend_is_not_blamed_for_a_ping_that_waits_behind_half_a_frame() {
        Session session = gateway.open(backend, Handshake.to("/ws/g1/p1"), LINK);
        byte[] frame = session.client().encoded(Frame.text("long ".repeat(100)));
        session.client().write(Arrays.copyOf(frame, 200));
        // A silent one that came later shows that the time is over
        Session clock = gateway.open(backend, Handshake.to("/ws/g1/p2"), LINK);
        BackendLeg next = backend.accept().upgrade(LINK);
        assertThat(next.request().field("Holdfast-Session"))
                .isEqualTo(clock.backend().request().field("Holdfast-Session"));

        session.client().write(Arrays.copyOfRange(frame, 200, frame.length));
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.text("long ".repeat(100)));
        assertThat(session.backend().nextFrame().opcode()).isEqualTo(Frame.PING);
    }

    @Test
    void a_backend_that_answers_pings_is_left_in_peace_and_one_that_does_not_is_replaced() {
        Session session = gateway.open(backend, Handshake.to("/ws/g1/p1"), LINK);
        for (int i = 0; i < 3; i++) {
            Frame ping = session.backend().nextFrame();
            assertThat(ping.opcode()).isEqualTo(Frame.PING);
            session.backend().send(new Frame(true, 0, Frame.PONG, ping.payload()));
        }
        BackendLeg next = backend.accept().upgrade(LINK);
        next.send(Frame.text("taken over"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("taken over"));
        assertThat(gateway.metric("holdfast_ping_rtt_seconds_count", "leg=\"backend\""))
                .isGreaterThanOrEqualTo(3);
    }

    private static double expired() {
        return gateway.metric("holdfast_holds_total", "outcome=\"expired\"");
    }
}

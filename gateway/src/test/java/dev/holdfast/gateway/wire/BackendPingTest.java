package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A backend that hangs is found out, one that answers or serves is left in peace; in times so long that no slow
/// machine is taken for a backend that hangs.
class BackendPingTest {
    private static final String LINK = "Holdfast-Link: 1";
    // They take longer than one that is not answered is waited for, however early each of them is.
    private static final int PINGS = 9;

    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(
            backend.url(), "WS_PING_MODE=json", "BACKEND_PING_INTERVAL=500ms", "BACKEND_PING_TIMEOUT=3s");

    @Test
    void a_backend_that_answers_pings_is_left_in_peace_and_one_that_does_not_is_replaced() {
        Session session = gateway.open(backend, Handshake.to("/ws/g1/p1"), LINK);
        for (int i = 0; i < PINGS; i++) {
            Frame ping = session.backend().nextFrame();
            assertThat(ping.opcode()).isEqualTo(Frame.PING);
            session.backend().send(new Frame(true, 0, Frame.PONG, ping.payload()));
        }
        BackendLeg next = backend.accept().upgrade(LINK);
        next.send(Frame.text("taken over"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("taken over"));
        assertThat(gateway.metric("holdfast_ping_rtt_seconds_count", "leg=\"backend\""))
                .isGreaterThanOrEqualTo(PINGS);
    }
}

package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// No session outlasts `WS_MAX_LIFETIME`; its client is asked to come back.
class LifetimeTest {
    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway =
            new TestGateway(backend.url(), "WS_MAX_LIFETIME=5", "WS_PING_INTERVAL=250ms", "WS_PING_MODE=frame");

    @Test
    void a_session_that_has_lasted_long_enough_is_closed_with_1012_however_lively_it_is() {
        Session session = gateway.open(backend);
        Frame frame = session.client().nextFrame();
        int pings = 0;
        for (;
                pings < 100 && frame.opcode() == Frame.PING;
                frame = session.client().nextFrame(), pings++) {
            session.client().send(Frame.text("still here"));
        }

        assertThat(pings).as("pings before the end").isPositive();
        assertThat(frame.closeCode()).as("%s", frame).isEqualTo(1012);
        assertThat(frame.reason()).isEqualTo("retry=0");
        assertThat(session.backend().framesToEnd().getLast().closeCode()).isEqualTo(1012);
    }
}

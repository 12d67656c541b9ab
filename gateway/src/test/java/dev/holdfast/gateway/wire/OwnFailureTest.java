package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/// A failure of the gateway's own at the worst moment: the backend has said yes, and the client waits for its 101.
class OwnFailureTest {
    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(backend.url(), "WS_MAX_SESSIONS=1");

    @BeforeEach
    void the_place_of_the_test_before_is_free() {
        long deadline = System.nanoTime() + RawLeg.DEADLINE.toNanos();
        while (gateway.metric("holdfast_sessions_admitted") > 0) {
            assertThat(System.nanoTime()).as("waiting for the one place").isLessThan(deadline);
        }
    }

    @Test
    void a_session_that_cannot_be_opened_leaves_nobody_waiting_and_no_place_taken() {
        assertLeavesNobodyWaiting(new FullDisk("open"));
    }

    @Test
    void nor_does_one_for_which_there_is_no_memory() {
        assertLeavesNobodyWaiting(FullDisk.outOfMemory("open"));
    }

    private static void assertLeavesNobodyWaiting(FullDisk disk) {
        Logger sessions = (Logger) LoggerFactory.getLogger("holdfast.session");
        sessions.addAppender(disk);
        try {
            // What comes right behind the handshake is given back too
            TestClient client = gateway.connect().ask(Handshake.to("/ws/g1/p1"));
            client.send(Frame.text("early"));
            BackendLeg leg = backend.accept().upgrade();
            leg.readToEnd();
            client.readToEnd();
        } finally {
            sessions.detachAppender(disk);
        }

        assertThat(gateway.takeErrors())
                .singleElement()
                .asString()
                .contains("cutting both legs after a failure of our own");
        // There is one place
        Session next = gateway.open(backend);
        next.client().send(Frame.text("hi"));
        assertThat(next.backend().nextFrame()).isEqualTo(Frame.text("hi"));
    }
}

package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;
import reactor.netty.resources.LoopResources;

/// What fails while one session is looked at takes the keep-alive from no other one.
class FailedSweepTest {
    private static final int SESSIONS_ON_EACH_LOOP = 2;

    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(
            backend.url(), "WS_PING_MODE=frame", "WS_PING_INTERVAL=200ms", "WS_PING_TIMEOUT=10", "GATEWAY_HOLD=300ms");

    @Test
    void the_other_sessions_of_its_event_loop_are_pinged_on() {
        Session held = gateway.open(backend, Handshake.to("/ws/g1/p1"), "Holdfast-Link: 1");
        Logger sessions = (Logger) LoggerFactory.getLogger("holdfast.session");
        FullDisk disk = new FullDisk("hold over");
        sessions.addAppender(disk);
        try {
            backend.down();
            held.backend().reset();
            held.client().readToEnd();
        } finally {
            sessions.detachAppender(disk);
        }
        assertThat(gateway.takeErrors()).singleElement().asString().contains("cut after a failure of our own");

        backend.up();
        for (int i = 0; i < SESSIONS_ON_EACH_LOOP * LoopResources.DEFAULT_IO_WORKER_COUNT; i++) {
            assertThat(gateway.open(backend).client().nextFrame().opcode()).isEqualTo(Frame.PING);
        }
    }
}

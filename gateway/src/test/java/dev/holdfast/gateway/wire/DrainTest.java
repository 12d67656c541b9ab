package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What players see of a gateway that is told to stop.
class DrainTest {
    private static final int PLAYERS = 10;

    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway =
            new TestGateway(backend.url(), "WS_PING_MODE=json", "DRAIN_DELAY=1", "DRAIN_DURATION=500ms");

    @Test
    void sessions_are_told_when_to_come_back_and_new_ones_are_sent_elsewhere() {
        List<Session> plain = new ArrayList<>();
        for (int i = 0; i < PLAYERS; i++) {
            plain.add(gateway.open(backend));
        }
        Session v1 = gateway.open(backend, Handshake.to("/ws/g1/p2"), "Holdfast-Link: 1");
        v1.backend().send(Frame.pong("V 1"), Frame.text("hello"));
        assertThat(v1.client().nextFrame()).isEqualTo(Frame.text("hello"));
        TestClient underWay = gateway.connect().ask(Handshake.to("/ws/g1/p4"));
        BackendLeg slow = backend.accept();
        TestClient late = gateway.connect();
        TestClient probe = gateway.connect();

        CompletableFuture<Void> stopped = gateway.stop();

        // Readiness goes first: from then on nobody is let in
        assertThat(statusOnce(503, probe, "/readyz")).isEqualTo(503);
        Head refused = late.ask(Handshake.to("/ws/g1/p3")).nextHead();
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.field("Retry-After")).matches("\\d+");
        slow.upgrade();
        assertThat(underWay.nextHead().status()).isEqualTo(503);
        slow.readToEnd();
        for (Session session : plain) {
            Frame close = session.client().nextFrame();
            assertThat(close.closeCode()).isEqualTo(1012);
            assertThat(close.reason()).matches("retry=\\d+");
            session.client().expectEnd();
            assertThat(session.backend().nextFrame().closeCode()).isEqualTo(1012);
            session.client().close();
            session.backend().close();
        }
        assertThat(v1.client().nextFrame().text())
                .matches("\\{\"type\":\"sys.bye\",\"code\":1012,\"reason\":\"retry=\\d+\"}");
        assertThat(v1.client().nextFrame().closeCode()).isEqualTo(1012);
        v1.client().close();
        v1.backend().close();
        stopped.join();
    }

    /// Asks again and again on one connection, until the answer is this or the kit's deadline is over.
    private static int statusOnce(int wanted, TestClient client, String target) {
        int status = 0;
        while (status != wanted) {
            client.write("GET " + target + " HTTP/1.1\r\nHost: " + Handshake.HOST + "\r\n\r\n");
            Head head = client.nextHead();
            client.nextBody(head);
            status = head.status();
        }
        return status;
    }
}

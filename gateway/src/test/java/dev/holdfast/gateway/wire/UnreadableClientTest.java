package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A client that takes nothing of what is sent to it is let go. That one which takes something in time is not, is for
/// a clock that no machine holds up: `relay.SessionTest`.
class UnreadableClientTest {
    private static final int RECEIVE_BUFFER = 8 << 10;
    private static final int PIECE = 48 << 10;

    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(backend.url(), "holdfast.relay.max-unreadable=1");

    @Test
    void a_client_that_reads_nothing_is_closed_with_4002() {
        Session session = withSmallBuffer();
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Void> flood = floodFrom(session.backend(), enough);
        Frame close = session.backend().nextFrame();

        assertThat(close.closeCode()).as("%s", close).isEqualTo(4002);
        assertThat(close.reason()).contains("not read for 1 s");
        session.client().readToEnd();
        session.backend().expectEnd();
        // The gateway takes the rest, for the kernel not to reset the connection
        enough.set(true);
        assertThat(flood).succeedsWithin(RawLeg.DEADLINE);
        session.client().close();
        session.backend().close();
        awaitClosedWith4002();
    }

    private static void awaitClosedWith4002() {
        long deadline = System.nanoTime() + RawLeg.DEADLINE.toNanos();
        while (gateway.metric("holdfast_closes_total", "code=\"4002\"", "by=\"gateway\"") != 1) {
            assertThat(System.nanoTime()).as("waiting for one close with 4002").isLessThan(deadline);
        }
    }

    private static Session withSmallBuffer() {
        TestClient client = gateway.connect(RECEIVE_BUFFER).ask(Handshake.to("/ws/g1/slow"));
        BackendLeg leg = backend.accept().upgrade();
        return new Session(client, client.nextHead(), leg);
    }

    private static CompletableFuture<Void> floodFrom(BackendLeg leg, AtomicBoolean enough) {
        byte[] piece = leg.encoded(Frame.binary(new byte[PIECE]));
        return CompletableFuture.runAsync(
                () -> {
                    while (!enough.get()) {
                        leg.write(piece);
                    }
                },
                RawLeg.MEANWHILE);
    }
}

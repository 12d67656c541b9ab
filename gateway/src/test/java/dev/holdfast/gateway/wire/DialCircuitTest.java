package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A backend that fails dial after dial is left alone for a while, and dialled again after it.
class DialCircuitTest {
    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(
            backend.url(),
            "holdfast.circuit.minimum-calls=4",
            "holdfast.circuit.window=4",
            "holdfast.circuit.open-for=1s");

    /// Whatever the test before left behind: a full window of good dials.
    @BeforeEach
    void close_the_circuit() {
        backend.always(BackendLeg::upgrade);
        for (int good = 0; good < 4; ) {
            good = ask().nextHead().status() == 101 ? good + 1 : 0;
        }
        backend.up();
    }

    @Test
    void opens_after_refused_connections_and_recovers() {
        opensAndRecovers(backend::down);
    }

    @Test
    void opens_after_handshakes_that_failed_and_recovers() {
        opensAndRecovers(() -> backend.always(leg -> leg.refuse(500, "bug")));
    }

    @Test
    void never_opens_for_clients_that_the_backend_refuses() {
        AtomicInteger dials = new AtomicInteger();
        backend.always(leg -> {
            dials.incrementAndGet();
            leg.refuse(403, "not you");
        });
        for (int i = 0; i < 20; i++) {
            assertThat(ask().nextHead().status()).isEqualTo(403);
        }
        assertThat(dials).hasValue(20);
    }

    @Test
    void never_opens_for_clients_that_the_gateway_refuses() {
        for (int i = 0; i < 20; i++) {
            TestClient client = gateway.connect().ask(Handshake.to("/ws/g1/p1").having("Origin", "https://evil.com"));
            assertThat(client.nextHead().status()).isEqualTo(403);
        }
        assertThat(gateway.open(backend).answer().status()).isEqualTo(101);
    }

    @Test
    void never_opens_for_clients_that_leave_during_the_dial() {
        for (int i = 0; i < 8; i++) {
            TestClient client = ask();
            BackendLeg leg = backend.accept();
            client.reset();
            leg.expectEnd();
        }
        assertThat(gateway.open(backend).answer().status()).isEqualTo(101);
    }

    @Test
    void an_open_circuit_leaves_the_sessions_alone_that_are_open() {
        Session session = gateway.open(backend);
        backend.down();
        awaitOpen();
        session.client().send(Frame.text("still here"));
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.text("still here"));
    }

    private static void awaitOpen() {
        double before = refusals();
        Head refusal = ask().nextHead();
        for (int i = 0; i < 20 && !refusal.has("Retry-After"); i++) {
            refusal = ask().nextHead();
        }
        assertThat(refusal.status()).isEqualTo(503);
        assertThat(refusal.has("Retry-After")).isTrue();
        assertThat(refusals()).isEqualTo(before + 1);
        assertThat(gateway.metric("resilience4j_circuitbreaker_state", "name=\"dial\"", "state=\"open\""))
                .isEqualTo(1);
    }

    private static double refusals() {
        return gateway.metric("holdfast_handshakes_total", "outcome=\"backend_unavailable\"");
    }

    private static void opensAndRecovers(Runnable fail) {
        AtomicInteger early = new AtomicInteger();
        int refusal = refusalAfter(fail, early);
        // Again, if the machine has just stood still for as long as the circuit is open
        for (int again = 0; again < 3 && refusal != 503; again++) {
            early.set(0);
            refusal = refusalAfter(fail, early);
        }
        assertThat(refusal).isEqualTo(503);

        while (ask().nextHead().status() != 101) {
            // Still open; each answer comes at once.
        }
        assertThat(early).hasValue(0);
    }

    /// What a client is told by the open circuit, though the backend is there again.
    ///
    /// @param dials counts what the backend sees of it
    private static int refusalAfter(Runnable fail, AtomicInteger dials) {
        fail.run();
        awaitOpen();
        backend.up();
        backend.always(leg -> {
            dials.addAndGet(leg.request().target().endsWith("too-early") ? 1 : 0);
            leg.upgrade();
        });
        return gateway.connect()
                .ask(Handshake.to("/ws/g1/too-early"))
                .nextHead()
                .status();
    }

    private static TestClient ask() {
        return gateway.connect().ask(Handshake.to("/ws/g1/p1"));
    }
}

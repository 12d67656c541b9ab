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
        backend.down();
        awaitOpen();
        backend.up();
        assertNotDialled();
        assertRecovers();
    }

    @Test
    void opens_after_handshakes_that_failed_and_recovers() {
        backend.always(leg -> leg.refuse(500, "bug"));
        awaitOpen();
        backend.up();
        assertNotDialled();
        assertRecovers();
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
        Head refusal = ask().nextHead();
        for (int i = 0; i < 20 && !refusal.has("Retry-After"); i++) {
            refusal = ask().nextHead();
        }
        assertThat(refusal.status()).isEqualTo(503);
        assertThat(refusal.has("Retry-After")).isTrue();
        assertThat(gateway.metric("resilience4j_circuitbreaker_state", "name=\"dial\"", "state=\"open\""))
                .isEqualTo(1);
    }

    /// Refused by the open circuit, though the backend is there again: the dial it sees first is a later one.
    private static void assertNotDialled() {
        TestClient refused = gateway.connect().ask(Handshake.to("/ws/g1/too-early"));
        assertThat(Refusal.nextOf(refused).status()).isEqualTo(503);
    }

    private static void assertRecovers() {
        AtomicInteger early = new AtomicInteger();
        backend.always(leg -> {
            early.addAndGet(leg.request().target().endsWith("too-early") ? 1 : 0);
            leg.upgrade();
        });
        while (ask().nextHead().status() != 101) {
            // Still open; each answer comes at once.
        }
        assertThat(early).hasValue(0);
    }

    private static TestClient ask() {
        return gateway.connect().ask(Handshake.to("/ws/g1/p1"));
    }
}

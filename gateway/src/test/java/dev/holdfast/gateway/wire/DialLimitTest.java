package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A gateway that asks the backend for two sessions at once, and for no more.
class DialLimitTest {
    private static final int AT_ONCE = 2;

    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(backend.url(), "holdfast.backend.concurrent-dials=" + AT_ONCE);

    /// Those of the test before leave when it is over.
    @BeforeEach
    void nobody_is_there() {
        await("holdfast_sessions_admitted", 0);
        awaitRoomFor(AT_ONCE);
    }

    @Test
    void a_handshake_too_many_is_refused_until_another_has_been_answered() {
        TestClient first = ask("p1");
        BackendLeg answers = backend.accept();
        ask("p2");
        backend.accept();
        double before = refusals();
        Refusal refusal = Refusal.nextOf(ask("p3"));

        assertThat(refusal.status()).isEqualTo(503);
        assertThat(refusal.body().path("error").asString()).isEqualTo("overloaded");
        assertThat(refusal.head().all("Retry-After")).containsExactly("2");
        assertThat(refusals()).isEqualTo(before + 1);
        assertThat(gateway.metric("holdfast_sessions_admitted")).isEqualTo(2);

        answers.upgrade();
        assertThat(first.nextHead().status()).isEqualTo(101);
        assertThat(gateway.open(backend).answer().status()).isEqualTo(101);
        assertThat(gateway.metric("holdfast_sessions_admitted")).isEqualTo(3);
    }

    @Test
    void who_leaves_before_the_answer_makes_room() {
        TestClient leaves = ask("p1");
        backend.accept();
        ask("p2");
        backend.accept();
        awaitRoomFor(0);

        leaves.reset();
        awaitRoomFor(1);
        assertThat(gateway.open(backend).answer().status()).isEqualTo(101);
    }

    private static TestClient ask(String player) {
        return gateway.connect().ask(Handshake.to("/ws/g1/" + player));
    }

    private static double refusals() {
        return gateway.metric("holdfast_handshakes_total", "outcome=\"overloaded\"");
    }

    private static void awaitRoomFor(int dials) {
        await("resilience4j_bulkhead_available_concurrent_calls", dials, "name=\"dial\"");
    }

    private static void await(String metric, int value, String... labels) {
        long deadline = System.nanoTime() + RawLeg.DEADLINE.toNanos();
        while (gateway.metric(metric, labels) != value) {
            assertThat(System.nanoTime())
                    .as("waiting for %d in %s", value, metric)
                    .isLessThan(deadline);
        }
    }
}

package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.Console;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/// A gateway for one session: two connections for it, and 250 that may be told that it is full.
class ConnectionLimitTest {
    private static final int MOST = 2 + 250;

    @Order(1)
    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @Order(2)
    @RegisterExtension
    static final TestGateway gateway = new TestGateway(backend.url(), "WS_MAX_SESSIONS=1");

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void connections_that_never_ask_leave_those_inside_alone_and_the_next_ones_are_told(CapturedOutput output) {
        Session inside = gateway.open(backend);
        List<TestClient> idle = new ArrayList<>();
        for (int i = 1; i < MOST; i++) {
            idle.add(gateway.connect());
        }
        awaitOpen(MOST);
        double before = gateway.metric("holdfast_admission_refusals_total", "reason=\"too_many_connections\"");
        TestClient late = gateway.connect();
        Refusal refusal = Refusal.nextOf(late);

        assertThat(refusal.status()).isEqualTo(429);
        assertThat(refusal.body().path("error").asString()).isEqualTo("too_many_connections");
        assertThat(refusal.head().field("Retry-After")).isEqualTo("2");
        late.expectEnd();
        assertThat(gateway.metric("holdfast_admission_refusals_total", "reason=\"too_many_connections\""))
                .isEqualTo(before + 1);
        assertThat(Console.text(output))
                .containsPattern(" refuse .*outcome=\"too_many_connections\".* address=\"127\\.0\\.0\\.1\"");
        inside.client().send(Frame.text("still here"));
        assertThat(inside.backend().nextFrame()).isEqualTo(Frame.text("still here"));

        idle.forEach(TestClient::reset);
        awaitOpen(1);
        TestClient next = gateway.connect().ask(Handshake.to("/ws/g1/p2"));
        assertThat(next.nextHead().status()).isEqualTo(503);
    }

    private static void awaitOpen(int connections) {
        long deadline = System.nanoTime() + RawLeg.DEADLINE.toNanos();
        while (gateway.metric("holdfast_connections") != connections) {
            assertThat(System.nanoTime())
                    .as("waiting for %d connections", connections)
                    .isLessThan(deadline);
        }
    }
}

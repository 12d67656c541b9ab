package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What a platform is told of a gateway with room for one session, whose backend comes after it, and goes.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HealthTest {
    private static final TestBackend backend = new TestBackend();

    static {
        backend.down();
    }

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(backend.url(), "WS_MAX_SESSIONS=1");

    @Test
    @Order(1)
    void it_is_alive_and_not_ready_before_it_has_reached_the_backend() {
        assertThat(status("/livez")).isEqualTo(200);
        assertThat(status("/startupz")).isEqualTo(503);
        assertThat(status("/readyz")).isEqualTo(503);

        backend.up();
        awaitStatus(200, "/readyz");
        assertThat(status("/startupz")).isEqualTo(200);
        assertThat(gateway.http(gateway.managementRequest("/actuator/health/startup"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    @Order(2)
    void a_full_gateway_is_not_ready_and_stays_alive() {
        backend.up();
        Session session = gateway.open(backend);
        awaitStatus(503, "/readyz");
        assertThat(status("/livez")).isEqualTo(200);
        assertThat(status("/startupz")).isEqualTo(200);

        session.client().reset();
        session.backend().reset();
        awaitStatus(200, "/readyz");
    }

    @Test
    @Order(3)
    void a_dead_backend_changes_nothing() {
        backend.down();
        TestClient refused = gateway.connect().ask(Handshake.to("/ws/g1/p1"));
        assertThat(refused.nextHead().status()).isIn(502, 503);

        assertThat(status("/livez")).isEqualTo(200);
        assertThat(status("/readyz")).isEqualTo(200);
        assertThat(status("/startupz")).isEqualTo(200);
    }

    private static int status(String target) {
        return gateway.http(gateway.request(target)).statusCode();
    }

    private static void awaitStatus(int status, String target) {
        long deadline = System.nanoTime() + RawLeg.DEADLINE.toNanos();
        while (status(target) != status) {
            assertThat(System.nanoTime())
                    .as("waiting for %d of %s", status, target)
                    .isLessThan(deadline);
        }
    }
}

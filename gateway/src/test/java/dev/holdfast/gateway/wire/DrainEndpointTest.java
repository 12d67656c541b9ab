package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// An operator empties a gateway that goes on running.
class DrainEndpointTest {
    @Order(1)
    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @Order(2)
    @RegisterExtension
    static final TestGateway gateway = new TestGateway(backend.url());

    @Test
    void a_drain_is_started_and_watched_without_ending_the_process() {
        Session session = gateway.open(backend);
        assertThat(gateway.http(gateway.managementRequest("/actuator/drain")
                                .header("Origin", "https://evil.example")
                                .POST(BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(403);
        assertThat(drain("GET")).isEqualTo("{\"remaining\":0,\"underWay\":false}");
        assertThat(drain("POST")).isEqualTo("{\"remaining\":1,\"underWay\":true}");

        assertThat(session.client().nextFrame().closeCode()).isEqualTo(1012);
        session.client().reset();
        session.backend().reset();
        long deadline = System.nanoTime() + RawLeg.DEADLINE.toNanos();
        while (gateway.metric("holdfast_drain_remaining") > 0) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
        assertThat(drain("POST")).isEqualTo("{\"remaining\":0,\"underWay\":true}");
        assertThat(gateway.http(gateway.request("/readyz")).statusCode()).isEqualTo(503);
        assertThat(gateway.http(gateway.request("/livez")).statusCode()).isEqualTo(200);
        assertThat(gateway.connect().ask(Handshake.to("/ws/g1/p1")).nextHead().status())
                .isEqualTo(503);
    }

    private static String drain(String method) {
        return gateway.http(gateway.managementRequest("/actuator/drain").method(method, BodyPublishers.noBody()))
                .body();
    }
}

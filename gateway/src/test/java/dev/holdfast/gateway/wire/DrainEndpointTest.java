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
        String itsOwn = "http://localhost:" + gateway.managementPort();
        for (String origin : new String[] {"https://evil.example", itsOwn, "null"}) {
            assertThat(gateway.http(gateway.managementRequest("/actuator/drain")
                                    .header("Origin", origin)
                                    .POST(BodyPublishers.noBody()))
                            .statusCode())
                    .as(origin)
                    .isEqualTo(403);
        }
        assertThat(drain("GET")).isEqualTo("{\"remaining\":0,\"underWay\":false}");
        assertThat(drain("POST")).isEqualTo("{\"remaining\":1,\"underWay\":true}");

        assertThat(session.client().nextFrame().closeCode()).isEqualTo(1012);
        session.client().reset();
        session.backend().reset();
        long deadline = System.nanoTime() + RawLeg.DEADLINE.toNanos();
        while (gateway.metric("holdfast_drain_remaining") > 0) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
        // Where there is no such gauge, none is left from the start
        assertThat(gateway.scrape()).contains("\nholdfast_drain_remaining ");
        assertThat(drain("POST")).isEqualTo("{\"remaining\":0,\"underWay\":true}");
        assertThat(gateway.http(gateway.request("/readyz")).statusCode()).isEqualTo(503);
        assertThat(gateway.http(gateway.request("/livez")).statusCode()).isEqualTo(200);
        assertThat(gateway.connect().ask(Handshake.to("/ws/g1/p1")).nextHead().status())
                .isEqualTo(503);
    }

    @Test
    void a_page_whose_name_was_made_to_lead_here_reads_nothing() {
        int port = gateway.managementPort();
        for (String name : new String[] {"evil.example:" + port, "evil.example", "127.0.0.1.evil.example.:" + port}) {
            assertThat(asked(name).status()).as(name).isEqualTo(403);
        }
    }

    @Test
    void what_operators_call_it_is_answered() {
        int port = gateway.managementPort();
        for (String name : new String[] {
            "localhost:" + port,
            "127.0.0.1:" + port,
            "[::1]:" + port,
            "gateway:" + port,
            "gateway",
            "gateway.railway.internal:" + port,
            "gateway.games.svc.cluster.local:" + port,
            "gateway.games.svc",
            "10-0-0-7.games.pod.Cluster.LOCAL.",
        }) {
            assertThat(asked(name).status()).as(name).isEqualTo(200);
        }
    }

    private static Head asked(String host) {
        try (TestClient client = TestClient.connect(gateway.managementPort(), 0)) {
            client.write("GET /actuator/health/liveness HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            return client.nextHead();
        }
    }

    private static String drain(String method) {
        return gateway.http(gateway.managementRequest("/actuator/drain").method(method, BodyPublishers.noBody()))
                .body();
    }
}

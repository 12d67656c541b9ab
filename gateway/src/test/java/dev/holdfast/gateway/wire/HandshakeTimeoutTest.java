package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Backends that leave a client waiting until the time for it is over. Nothing is asked for here that must be done
/// before: the tests of all else have more time.
class HandshakeTimeoutTest {
    @Order(1)
    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @Order(2)
    @RegisterExtension
    static final TestGateway gateway = new TestGateway(backend.url(), "HANDSHAKE_TIMEOUT=4");

    /// All at the same time.
    @Test
    void a_backend_that_does_not_come_to_an_end_is_a_gateway_timeout() {
        double before = timeouts();
        backend.always(leg -> {
            switch (leg.request().target()) {
                case "/ws/g1/half" -> leg.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: webso");
                case "/ws/g1/refused" -> leg.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 100\r\n\r\nnever more");
                default -> {}
            }
        });
        List<TestClient> players = Stream.of("silent", "half", "refused")
                .map(player -> gateway.connect().ask(Handshake.to("/ws/g1/" + player)))
                .toList();
        List<TestClient> callers =
                Stream.of("GET", "POST").map(method -> call(method)).toList();

        Stream.concat(players.stream(), callers.stream()).map(Refusal::nextOf).forEach(refusal -> {
            assertThat(refusal.status()).isEqualTo(504);
            assertThat(refusal.body().path("error").asString()).isEqualTo("backend_timeout");
        });
        assertThat(timeouts()).isEqualTo(before + players.size());
    }

    private static TestClient call(String method) {
        TestClient client = gateway.connect();
        client.write(
                "%s /api/games HTTP/1.1\r\nHost: %s\r\nContent-Length: 0\r\n\r\n".formatted(method, Handshake.HOST));
        return client;
    }

    private static double timeouts() {
        return gateway.metric("holdfast_handshakes_total", "outcome=\"backend_timeout\"");
    }
}

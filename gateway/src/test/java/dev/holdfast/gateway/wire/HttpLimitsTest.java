package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.Console;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/// What one client may ask for that comes no further than the gateway: ten requests a second, ten seconds' worth at
/// once. Each test asks from addresses of its own, since what an address has asked for is remembered.
class HttpLimitsTest {
    private static final int SAVED = 100;

    @Order(1)
    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @Order(2)
    @RegisterExtension
    static final TestGateway gateway = new TestGateway(
            backend.url(),
            "TRUSTED_PROXIES=127.0.0.0/8,::1",
            "CLIENT_ADDRESS_HEADER=X-Real-IP",
            "WS_HANDSHAKES_PER_ADDRESS=1");

    @ParameterizedTest
    @CsvSource({
        "203.0.113.1, GET /nothing, '', ''",
        "203.0.113.2, POST /apis, '', ''",
        "203.0.113.3, GET /livez, '', ''",
        "203.0.113.4, OPTIONS /api/games, https://game.example, POST",
        "203.0.113.5, OPTIONS /api/games, https://evil.com, POST",
        "203.0.113.6, OPTIONS /nothing, https://game.example, POST",
        "203.0.113.7, OPTIONS /api/games, https://game.example, ''",
        "203.0.113.8, GET /api/games, https://evil.com, ''",
    })
    void an_address_that_asks_without_end_is_refused_and_cut_off(
            String address, String line, String origin, String wanted) {
        double before = refusals();
        String fields = field("Origin", origin) + field("Access-Control-Request-Method", wanted);
        TestClient client = gateway.connect();
        Head head = ask(client, address, line, fields);
        int asked = 1;
        while (head.status() != 429 && asked < 2 * SAVED) {
            client.nextBody(head);
            head = ask(client, address, line, fields);
            asked++;
        }

        assertThat(head.status()).isEqualTo(429);
        assertThat(asked).isGreaterThan(SAVED);
        assertThat(client.nextBody(head)).contains("too_many_requests", address, "WS_HANDSHAKES_PER_ADDRESS");
        assertThat(head.all("Retry-After")).containsExactly("1");
        assertThat(head.all("Connection")).containsExactly("close");
        client.expectEnd();
        assertThat(refusals()).isEqualTo(before + 1);
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void who_it_was_is_in_the_log(CapturedOutput output) {
        long deadline = System.nanoTime() + RawLeg.DEADLINE.toNanos();
        // A second has only some lines, and others may have had them
        while (!Console.text(output).contains("address=\"203.0.113.11\"")) {
            assertThat(System.nanoTime()).as("waiting for the line").isLessThan(deadline);
            ask(gateway.connect(), "203.0.113.11", "GET /nothing", "");
        }

        assertThat(Console.text(output))
                .containsPattern(" refuse .*outcome=\"too_many_requests\".* address=\"203\\.0\\.113\\.11\"");
    }

    @Test
    void the_management_port_is_asked_as_often_as_anybody_likes() {
        for (int i = 0; i < 2 * SAVED; i++) {
            HttpRequest.Builder request = gateway.managementRequest("/actuator/health/liveness");
            assertThat(gateway.http(request.header("X-Real-IP", "203.0.113.21")).statusCode())
                    .isEqualTo(200);
        }
    }

    private static Head ask(TestClient client, String address, String line, String fields) {
        client.write(line + " HTTP/1.1\r\nHost: edge.example\r\nContent-Length: 0\r\n" + field("X-Real-IP", address)
                + fields + "\r\n");
        return client.nextHead();
    }

    /// @param value empty for no such field
    private static String field(String name, String value) {
        return value.isEmpty() ? "" : name + ": " + value + "\r\n";
    }

    private static double refusals() {
        return gateway.metric("holdfast_admission_refusals_total", "reason=\"too_many_requests\"");
    }
}

package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.Console;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What one client may ask of `/api`: for ten requests a second, ten seconds' worth at once, of which a ticket counts
/// for ten; for a new game in 20 s; and for two of the twenty requests that are under way at once. Each test calls
/// from addresses of its own, since what an address has asked for is remembered.
class ApiLimitsTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int SAVED = 100;
    private static final int AT_ONCE = 20;
    private static final String CREATED = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";

    @Order(1)
    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @Order(2)
    @RegisterExtension
    static final TestGateway gateway = new TestGateway(
            backend.url(),
            "TRUSTED_PROXIES=127.0.0.0/8,::1",
            "CLIENT_ADDRESS_HEADER=X-Real-IP",
            "WS_HANDSHAKES_PER_ADDRESS=1",
            "JWT_SECRET=" + "s".repeat(32),
            "holdfast.backend.concurrent-dials=" + AT_ONCE,
            "holdfast.circuit.minimum-calls=4",
            "holdfast.circuit.window=4");

    @Test
    void an_address_that_makes_games_without_end_is_refused_and_its_page_can_read_why() {
        backend.always(leg -> leg.write(CREATED));
        double before = refusals("too_many_requests");
        int made = 0;
        HttpResponse<String> answer = create("203.0.113.1", "/api/games");
        while (answer.statusCode() == 201 && made < 2 * SAVED) {
            made++;
            answer = create("203.0.113.1", "/api/games");
        }

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(made).isBetween(1, SAVED / 20);
        JsonNode body = JSON.readTree(answer.body());
        assertThat(body.path("status").asInt()).isEqualTo(429);
        assertThat(body.path("error").asString()).isEqualTo("too_many_requests");
        assertThat(body.path("message").asString()).contains("203.0.113.1", "WS_HANDSHAKES_PER_ADDRESS");
        assertThat(answer.headers().firstValueAsLong("Retry-After").orElseThrow())
                .isBetween(1L, 20L);
        assertThat(answer.headers().allValues(ALLOW_ORIGIN)).containsExactly(Handshake.ORIGIN);
        assertThat(refusals("too_many_requests")).isEqualTo(before + 1);
        assertThat(create("203.0.113.2", "/api/games").statusCode()).isEqualTo(201);
    }

    @Test
    void a_page_that_reads_over_and_over_is_not_refused() {
        backend.always(leg -> leg.write(CREATED));
        for (int i = 0; i < SAVED; i++) {
            assertThat(read("203.0.113.11").statusCode()).isEqualTo(201);
        }
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void an_address_that_tries_tokens_without_end_is_refused_before_any_is_looked_at(CapturedOutput output) {
        HttpResponse<String> answer = create("203.0.113.21", "/api/tickets");
        assertThat(answer.statusCode()).isEqualTo(401);
        for (int asked = 1; answer.statusCode() == 401 && asked < 2 * SAVED; asked++) {
            answer = create("203.0.113.21", "/api/tickets");
        }

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().allValues(ALLOW_ORIGIN)).containsExactly(Handshake.ORIGIN);
        assertThat(Console.text(output))
                .containsPattern(" refuse .*outcome=\"too_many_requests\".* address=\"203\\.0\\.113\\.21\"");
    }

    @Test
    void bodies_that_do_not_come_keep_nobody_out() {
        double before = callers();
        for (int i = 0; i < AT_ONCE; i++) {
            TestClient client = gateway.connect();
            client.write("POST /api/games HTTP/1.1\r\nHost: edge.example\r\nX-Real-IP: 203.0.113." + (100 + i)
                    + "\r\nContent-Length: 9\r\n\r\nbegun");
        }
        awaitCallers(before + AT_ONCE);
        backend.always(leg -> {
            if (leg.request().startLine().startsWith("GET")) {
                leg.write(CREATED);
            }
        });

        assertThat(read("203.0.113.31").statusCode()).isEqualTo(201);
    }

    @Test
    void an_address_holds_no_more_than_its_share_of_what_is_under_way() {
        double before = refusals("too_many_at_once");
        List<TestClient> waiting = new ArrayList<>();
        for (int i = 0; i < AT_ONCE / 10; i++) {
            waiting.add(ask("203.0.113.41"));
        }
        List<BackendLeg> asked = waiting.stream().map(_ -> backend.accept()).toList();
        Refusal refusal = Refusal.nextOf(ask("203.0.113.41"));

        assertThat(refusal.status()).isEqualTo(429);
        assertThat(refusal.body().path("error").asString()).isEqualTo("too_many_at_once");
        assertThat(refusal.body().path("message").asString()).contains("203.0.113.41");
        assertThat(refusal.head().all("Retry-After")).containsExactly("2");
        assertThat(refusals("too_many_at_once")).isEqualTo(before + 1);
        TestClient other = ask("203.0.113.42");
        backend.accept().write(CREATED);
        assertThat(other.nextHead().status()).isEqualTo(201);

        asked.forEach(leg -> leg.write(CREATED));
        waiting.forEach(client -> assertThat(client.nextHead().status()).isEqualTo(201));
        backend.always(leg -> leg.write(CREATED));
        assertThat(read("203.0.113.41").statusCode()).isEqualTo(201);
    }

    @Test
    void a_client_that_leaves_gives_its_share_back() {
        for (int i = 0; i < AT_ONCE; i++) {
            TestClient client = ask("203.0.113.51");
            backend.accept();
            client.reset();
            awaitUnderWay(0);
        }
    }

    private static TestClient ask(String address) {
        TestClient client = gateway.connect();
        client.write("GET /api/games HTTP/1.1\r\nHost: edge.example\r\nX-Real-IP: " + address + "\r\n\r\n");
        return client;
    }

    private static HttpResponse<String> read(String address) {
        return gateway.http(
                gateway.request("/api/games").header("X-Real-IP", address).header("Origin", Handshake.ORIGIN));
    }

    private static HttpResponse<String> create(String address, String target) {
        HttpRequest.Builder request = gateway.request(target)
                .header("X-Real-IP", address)
                .header("Origin", Handshake.ORIGIN)
                .POST(BodyPublishers.ofString("{}"));
        return gateway.http(request);
    }

    private static double refusals(String reason) {
        return gateway.metric("holdfast_admission_refusals_total", "reason=\"" + reason + "\"");
    }

    private static double callers() {
        return gateway.metric("holdfast_client_addresses_total", "from=\"header\"");
    }

    private static void awaitCallers(double count) {
        long deadline = System.nanoTime() + RawLeg.DEADLINE.toNanos();
        while (callers() != count) {
            assertThat(System.nanoTime()).as("waiting for %s callers", count).isLessThan(deadline);
        }
    }

    private static void awaitUnderWay(int calls) {
        long deadline = System.nanoTime() + RawLeg.DEADLINE.toNanos();
        while (gateway.metric("resilience4j_bulkhead_available_concurrent_calls", "name=\"http\"") != AT_ONCE - calls) {
            assertThat(System.nanoTime())
                    .as("waiting for %d calls under way", calls)
                    .isLessThan(deadline);
        }
    }
}

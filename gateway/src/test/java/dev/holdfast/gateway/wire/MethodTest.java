package dev.holdfast.gateway.wire;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Methods that nobody here knows. A client may make up any, and nothing may be kept of it.
class MethodTest {
    private static final WireMockServer games = Games.started();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(games.baseUrl());

    @AfterAll
    static void stop() {
        games.stop();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/games", "/api/tickets", "/ws/g1/p1", "/livez", "/nothing"})
    void a_method_that_nobody_knows_is_refused_and_leaves_no_trace(String target) {
        games.stubFor(any(anyUrl()).willReturn(aResponse()));
        assertThat(ask("GET", target).nextHead().status()).isIn(200, 404, 426, 503);
        games.resetRequests();
        Set<String> before = series();
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            statuses.add(ask("MADEUP" + i, target).nextHead().status());
        }

        assertThat(series()).isEqualTo(before);
        assertThat(statuses).containsOnly(501);
        assertThat(games.getAllServeEvents()).isEmpty();
    }

    @Test
    void who_makes_one_up_is_told_which_there_are() {
        TestClient client = ask("MADEUP", "/api/games");
        Refusal refusal = Refusal.nextOf(client);
        assertThat(refusal.body().path("error").asString()).isEqualTo("unknown_method");
        assertThat(refusal.body().path("message").asString()).contains("MADEUP", "GET, HEAD, POST");
        client.expectEnd();
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "TRACE", "CONNECT", "G%45T", "PROPFIND"})
    void so_is_one_that_nobody_serves(String method) {
        assertThat(Refusal.nextOf(ask(method, "/api/games")).status()).isEqualTo(501);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
    void each_other_goes_to_the_backend(String method) {
        games.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(204)));
        assertThat(ask(method, "/api/games").nextHead().status()).isEqualTo(204);
    }

    /// What Spring Cloud Gateway counts by itself has labels from outside, and tells nothing that ours do not.
    @Test
    void nobody_else_counts_what_is_proxied() {
        games.stubFor(any(anyUrl()).willReturn(aResponse()));
        for (String target : List.of("/api/games/secret1?secret2", "/secret3")) {
            TestClient client = gateway.connect();
            client.write("GET " + target + " HTTP/1.1\r\nHost: secret4.example\r\n\r\n");
            client.nextHead();
        }

        assertThat(gateway.scrape())
                .contains("resilience4j_bulkhead_")
                .doesNotContain("spring_cloud_gateway", "http_client_requests", "secret");
    }

    private static TestClient ask(String method, String target) {
        TestClient client = gateway.connect();
        client.write(method + " " + target + " HTTP/1.1\r\nHost: " + Handshake.HOST + "\r\n\r\n");
        return client;
    }

    /// Names and labels of what concerns requests; the machine's own come and go, and what was asked for with GET is
    /// counted only after its answer.
    private static Set<String> series() {
        return gateway.scrape()
                .lines()
                .filter(line -> !line.matches("(#|jvm_|process_|executor_).*|.*method=\"GET\".*"))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .collect(Collectors.toSet());
    }
}

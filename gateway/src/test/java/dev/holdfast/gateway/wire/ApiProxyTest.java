package dev.holdfast.gateway.wire;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.stubbing.Scenario.STARTED;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `/api/**` over HTTP: what comes back from the backend, and what instead of it.
class ApiProxyTest {
    static final WireMockServer games = Games.started();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(games.baseUrl());

    @BeforeEach
    void forget() {
        games.resetAll();
    }

    @AfterAll
    static void stop() {
        games.stop();
    }

    @Test
    void an_answer_comes_back_as_it_was_given() {
        games.stubFor(get(anyUrl())
                .willReturn(aResponse()
                        .withStatus(203)
                        .withHeader("Content-Type", "application/json")
                        .withHeader("X-Game", "1", "2")
                        .withHeader("Set-Cookie", "seat=a; HttpOnly")
                        .withHeader("ETag", "\"v7\"")
                        .withBody("{\"id\":\"é\"}")));
        HttpResponse<String> answer = gateway.http(gateway.request("/api/games/g1"));
        assertThat(answer.statusCode()).isEqualTo(203);
        assertThat(answer.body()).isEqualTo("{\"id\":\"é\"}");
        assertThat(answer.headers().allValues("X-Game")).containsExactly("1", "2");
        assertThat(answer.headers().allValues("Content-Type")).containsExactly("application/json");
        assertThat(answer.headers().allValues("Set-Cookie")).containsExactly("seat=a; HttpOnly");
        assertThat(answer.headers().allValues("ETag")).containsExactly("\"v7\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/games/g1?x=%2F%20+&y=a%25b",
                "/api/games/g%31",
                "/api/games/a%2Fb?url=https://a.example/b?c",
                "/api/%C3%A9?x&y=&z=1&x=2"
            })
    void path_and_query_arrive_as_sent(String target) {
        games.stubFor(any(anyUrl()).willReturn(aResponse()));
        TestClient client = gateway.connect();
        client.write("GET " + target + " HTTP/1.1\r\nHost: " + Handshake.HOST + "\r\n\r\n");
        assertThat(client.nextHead().status()).isEqualTo(200);
        assertThat(onlyRequest().getUrl()).isEqualTo(target);
    }

    @Test
    void a_body_arrives_as_sent() {
        games.stubFor(post(urlEqualTo("/api/games")).willReturn(aResponse().withStatus(201)));
        String body = "{\"rules\":\"tictactoe\",\"pad\":\"" + "x".repeat(16_000) + "\"}";
        HttpResponse<String> answer = gateway.http(gateway.request("/api/games")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(onlyRequest().getBodyAsString()).isEqualTo(body);
        assertThat(onlyRequest().getHeader("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void a_body_of_unknown_length_arrives_as_sent() {
        games.stubFor(post(urlEqualTo("/api/games")).willReturn(aResponse().withStatus(201)));
        TestClient client = ask("POST", "Transfer-Encoding: chunked\r\n\r\n");
        awaitTurn();
        client.write("3\r\n{\"a\r\n");
        awaitTurn();
        client.write("4\r\n\":1}\r\n0\r\n\r\n");
        assertThat(client.nextHead().status()).isEqualTo(201);
        assertThat(onlyRequest().getBodyAsString()).isEqualTo("{\"a\":1}");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16 << 10})
    void a_body_of_up_to_16_kilobytes_is_taken(int bytes) {
        games.stubFor(post(urlEqualTo("/api/games")).willReturn(aResponse().withStatus(201)));
        TestClient client = ask("POST", "Content-Length: %d\r\n\r\n%s".formatted(bytes, "x".repeat(bytes)));
        assertThat(client.nextHead().status()).isEqualTo(201);
        assertThat(onlyRequest().getBody()).hasSize(bytes);
    }

    @Test
    void a_body_that_says_that_it_is_longer_is_refused_before_it_comes() {
        assertTooLarge(ask("POST", "Content-Length: %d\r\n\r\n".formatted((16 << 10) + 1)));
    }

    @Test
    void a_body_that_becomes_longer_is_refused() {
        TestClient client = ask("POST", "Transfer-Encoding: chunked\r\n\r\n");
        client.write("4000\r\n" + "x".repeat(16 << 10) + "\r\n1\r\nx\r\n");
        assertTooLarge(client);
    }

    private static void assertTooLarge(TestClient client) {
        Refusal refusal = Refusal.nextOf(client);
        assertThat(refusal.status()).isEqualTo(413);
        assertThat(refusal.body().path("error").asString()).isEqualTo("body_too_large");
        assertThat(refusal.body().path("message").asString()).contains("16384");
        assertThat(refusal.head().field("Connection")).isEqualTo("close");
        client.readToEnd();
        assertThat(games.getAllServeEvents()).isEmpty();
    }

    @Test
    void a_body_that_looks_like_a_handshake_is_a_body() {
        games.stubFor(post(urlEqualTo("/api/games")).willReturn(aResponse().withStatus(201)));
        String start = "GET /ws/g1/p1 HTTP/1.1\r\n\r\n";
        TestClient client = ask("POST", "Content-Length: %d\r\n\r\n".formatted(start.length() + 4));
        awaitTurn();
        client.write(start);
        awaitTurn();
        client.write("tail");
        assertThat(client.nextHead().status()).isEqualTo(201);
        assertThat(games.getAllServeEvents().getFirst().getRequest().getBodyAsString())
                .isEqualTo(start + "tail");
    }

    /// Lets the gateway read what has been sent so far.
    private static void awaitTurn() {
        assertThat(gateway.http(gateway.request("/livez")).statusCode()).isEqualTo(200);
    }

    @Test
    void a_large_answer_comes_whole() {
        byte[] body = new byte[8 << 20];
        new java.util.Random(8).nextBytes(body);
        String text = java.util.HexFormat.of().formatHex(body);
        games.stubFor(get(anyUrl()).willReturn(aResponse().withBody(text)));
        assertThat(gateway.http(gateway.request("/api/games")).body()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 409, 429, 500, 503})
    void a_failure_of_the_backends_own_comes_back_as_it_was_given(int status) {
        games.stubFor(any(anyUrl())
                .willReturn(aResponse()
                        .withStatus(status)
                        .withHeader("Retry-After", "7")
                        .withBody("no such game")));
        HttpResponse<String> answer = gateway.http(gateway.request("/api/games/g1"));
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo("no such game");
        assertThat(answer.headers().allValues("Retry-After")).containsExactly("7");
        assertThat(games.getAllServeEvents()).hasSize(1);
    }

    @Test
    void what_a_client_says_about_its_path_here_is_replaced_by_what_the_gateway_saw() {
        games.stubFor(any(anyUrl()).willReturn(aResponse()));
        TestClient client = gateway.connect();
        client.write("GET /api/games HTTP/1.1\r\nHost: " + Handshake.HOST
                + "\r\nX-Forwarded-For: 6.6.6.1\r\nX-Forwarded-For: 6.6.6.2\r\nForwarded: for=6.6.6.3"
                + "\r\nX-Forwarded-Host: evil\r\nX-Forwarded-Proto: gopher\r\nX-Forwarded-Prefix: /evil"
                + "\r\nX-Forwarded-Port: 666\r\nX-Real-IP: 6.6.6.4\r\nX-Railway-Edge: evil"
                + "\r\nHoldfast-Identity: evil\r\nX-Hop: evil\r\nConnection: X-Hop, X-Forwarded-For\r\n\r\n");
        assertThat(client.nextHead().status()).isEqualTo(200);
        LoggedRequest request = onlyRequest();
        assertThat(request.getHeaders().toString()).doesNotContain("6.6.6.", "evil", "gopher", "666");
        assertThat(request.header("X-Forwarded-For").values()).containsExactly(client.address());
        assertThat(request.header("X-Forwarded-Host").values()).containsExactly(Handshake.HOST);
        assertThat(request.header("X-Forwarded-Proto").values()).containsExactly("http");
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE", "RANDOM_DATA_THEN_CLOSE"})
    void no_answer_and_nonsense_are_a_bad_gateway(Fault fault) {
        games.stubFor(any(anyUrl()).willReturn(aResponse().withFault(fault)));
        assertThat(refusal("GET").status()).isEqualTo(502);
        assertThat(refusal("POST").status()).isEqualTo(502);
    }

    @Test
    void an_answer_that_breaks_off_is_not_made_to_look_whole() {
        games.stubFor(any(anyUrl()).willReturn(aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK)));
        TestClient client = ask("POST");
        Head head = client.nextHead();
        if (head.status() == 200) {
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> client.nextBody(head))
                    .hasMessageContaining("ended");
        } else {
            assertThat(head.status()).isEqualTo(502);
        }
    }

    @Test
    void a_get_is_tried_again_after_a_broken_connection() {
        breakOnce();
        HttpResponse<String> answer = gateway.http(gateway.request("/api/games/g1"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("second");
        assertThat(games.getAllServeEvents()).hasSize(2);
    }

    @Test
    void a_post_is_never_sent_twice() {
        breakOnce();
        assertThat(refusal("POST").status()).isEqualTo(502);
        assertThat(games.getAllServeEvents()).hasSize(1);
    }

    @Test
    void a_get_with_a_body_that_is_gone_is_not_tried_again() {
        breakOnce();
        TestClient client = ask("GET", "Content-Length: 2\r\n\r\n{}");
        assertThat(Refusal.nextOf(client).status()).isEqualTo(502);
        assertThat(games.getAllServeEvents()).hasSize(1);
    }

    private static void breakOnce() {
        games.stubFor(any(anyUrl())
                .inScenario("once")
                .whenScenarioStateIs(STARTED)
                .willSetStateTo("mended")
                .willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
        games.stubFor(any(anyUrl())
                .inScenario("once")
                .whenScenarioStateIs("mended")
                .willReturn(aResponse().withBody("second")));
    }

    private static Refusal refusal(String method) {
        return Refusal.nextOf(ask(method));
    }

    private static TestClient ask(String method) {
        String body = method.equals("POST") ? "Content-Length: 2\r\n\r\n{}" : "\r\n";
        return ask(method, body);
    }

    private static TestClient ask(String method, String rest) {
        TestClient client = gateway.connect();
        client.write(method + " /api/games HTTP/1.1\r\nHost: edge.example\r\n" + rest);
        return client;
    }

    private static LoggedRequest onlyRequest() {
        List<LoggedRequest> requests = games.getAllServeEvents().stream()
                .map(event -> event.getRequest())
                .toList();
        assertThat(requests).hasSize(1);
        return requests.getFirst();
    }
}

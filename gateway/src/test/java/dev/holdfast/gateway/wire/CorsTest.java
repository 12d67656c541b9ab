package dev.holdfast.gateway.wire;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which pages may read `/api/**`: those that may open a session, by the same list.
class CorsTest {
    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
    private static final String ALLOW_CREDENTIALS = "Access-Control-Allow-Credentials";

    static final WireMockServer games = Games.started();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(games.baseUrl());

    @BeforeEach
    void answer_everything() {
        games.resetAll();
        games.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(201).withHeader("Location", "/api/games/g1")));
    }

    @AfterAll
    static void stop() {
        games.stop();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://game.example", "https://a.play.example", "HTTPS://GAME.example:443"})
    void a_page_on_the_list_may_ask_and_read(String origin) {
        HttpResponse<String> preflight = preflight(origin);
        assertThat(preflight.statusCode()).isBetween(200, 204);
        assertThat(preflight.headers().allValues(ALLOW_ORIGIN)).containsExactly(origin);
        assertThat(preflight.headers().allValues(ALLOW_CREDENTIALS)).containsExactly("true");
        assertThat(preflight
                        .headers()
                        .firstValue("Access-Control-Allow-Methods")
                        .orElse(""))
                .contains("POST");
        assertThat(preflight
                        .headers()
                        .firstValue("Access-Control-Allow-Headers")
                        .orElse(""))
                .containsIgnoringCase("content-type")
                .containsIgnoringCase("authorization");

        HttpResponse<String> answer = create(origin);
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().allValues(ALLOW_ORIGIN)).containsExactly(origin);
        assertThat(answer.headers().allValues(ALLOW_CREDENTIALS)).containsExactly("true");
        assertThat(answer.headers().firstValue("Access-Control-Expose-Headers").orElse(""))
                .contains("Location");
        assertThat(String.join(",", answer.headers().allValues("Vary"))).contains("Origin");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.com",
                "null",
                "http://game.example",
                "https://game.example:8443",
                "https://play.example",
                "https://game.example.evil.com",
                "https://game.example@evil.com"
            })
    void any_other_page_is_refused_without_the_backend(String origin) {
        HttpResponse<String> preflight = preflight(origin);
        assertThat(preflight.statusCode()).isEqualTo(403);
        assertThat(preflight.headers().firstValue(ALLOW_ORIGIN)).isEmpty();
        HttpResponse<String> answer = create(origin);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue(ALLOW_ORIGIN)).isEmpty();
        assertThat(games.getAllServeEvents()).isEmpty();
    }

    @Test
    void a_preflight_is_not_the_backends_business() {
        assertThat(preflight("https://game.example").statusCode()).isBetween(200, 204);
        assertThat(games.getAllServeEvents()).isEmpty();
    }

    @Test
    void a_program_that_is_no_page_may_ask() {
        HttpResponse<String> answer = gateway.http(gateway.request("/api/games").POST(BodyPublishers.ofString("{}")));
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue(ALLOW_ORIGIN)).isEmpty();
    }

    @Test
    void what_the_backend_thinks_of_origins_is_not_added() {
        games.stubFor(any(anyUrl())
                .willReturn(aResponse()
                        .withHeader(ALLOW_ORIGIN, "*")
                        .withHeader(ALLOW_CREDENTIALS, "false")
                        .withHeader("Access-Control-Expose-Headers", "X-Internal")));
        HttpResponse<String> answer = create("https://game.example");
        assertThat(answer.headers().allValues(ALLOW_ORIGIN)).containsExactly("https://game.example");
        assertThat(answer.headers().allValues(ALLOW_CREDENTIALS)).containsExactly("true");
        assertThat(create("https://evil.com").headers().firstValue(ALLOW_ORIGIN))
                .isEmpty();
    }

    @Test
    void a_page_may_read_why_it_got_no_answer() {
        games.stubFor(any(anyUrl())
                .willReturn(aResponse().withFault(com.github.tomakehurst.wiremock.http.Fault.EMPTY_RESPONSE)));
        HttpResponse<String> answer = create("https://game.example");
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.headers().allValues(ALLOW_ORIGIN)).containsExactly("https://game.example");
    }

    private static HttpResponse<String> preflight(String origin) {
        return gateway.http(gateway.request("/api/games")
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "content-type, authorization"));
    }

    private static HttpResponse<String> create(String origin) {
        HttpRequest.Builder request = gateway.request("/api/games")
                .header("Origin", origin)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}"));
        return gateway.http(request);
    }
}

package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.Console;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/// What an attacker gets out of the public port: a refusal, and nothing of what is inside or behind.
class PublicPortTest {
    private static final String HOST = "Host: " + Handshake.HOST + "\r\n";
    /// Would be answered by the backend if it were taken for a request.
    private static final String SECOND = "GET /api/smuggled HTTP/1.1\r\n" + HOST + "\r\n";

    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(backend.url());

    /// Nothing that is refused here comes to the backend, not later either.
    @AfterEach
    void the_first_connection_of_the_backend_is_a_good_one() {
        Session session = gateway.open(backend, Handshake.to("/ws/good/one"));
        assertThat(session.backend().request().target()).isEqualTo("/ws/good/one");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator",
                "/actuator/health",
                "/actuator/gateway/routes",
                "/ws/../actuator/health",
                "/ws/g/p/../../../actuator/health",
                "/ws/%2e%2e/actuator/health",
                "/ws/%2E%2E%2Factuator/health",
                "/ws/%252e%252e/actuator/health",
                "/ws/..;/actuator/health",
                "/ws/g/..;/p",
                "/actuator;x/health",
                "/;x/actuator/health",
                "//actuator/health",
                "/./actuator/health",
                "/ws//actuator",
                "/actuator%2fhealth",
                "/%61ctuator/health",
                "\\actuator\\health",
                "/api/../actuator/health",
                "/api/%2e%2e/actuator/health",
                "/api/%252e%252e/actuator/health",
                "/api/..;/actuator/health",
                "/api/games/..%2f..%2factuator",
                "/api/x;y=z/games",
                "/api//games",
                "/api/..\\actuator",
                "/api/games/%00",
                "http://localhost:9090/actuator/health",
                "http://edge.example/actuator/health",
                "http://edge.example/api/../actuator/health",
                "http://edge.example/api/games",
                "http://edge.example/ws/g/p",
                "*"
            })
    void a_path_that_plays_tricks_is_refused(String target) {
        assertRefused(target, "GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                "Content-Length: 5\r\nContent-Length: 6\r\n",
                "Content-Length: 5, 6\r\n",
                "Content-Length: +5\r\n",
                "Content-Length: -5\r\n",
                "Content-Length: 0x5\r\n",
                "Content-Length : 5\r\n",
                "Transfer-Encoding: xchunked\r\n",
                "Transfer-Encoding: chunked, identity\r\n",
                "Transfer-Encoding : chunked\r\n",
                "Transfer-Encoding:\u000bchunked\r\n",
                "X: a\nY: b\r\n",
                "X: a\rY: b\r\n",
                "X: a\u0000b\r\n",
                "X: a\r\n b\r\n",
                "X: a\r\n\tContent-Length: 5\r\n",
                " X: a\r\n",
                "X y: b\r\n",
                ": b\r\n",
                "no colon\r\n",
                "Sec-WebSocket-Key1: 1\r\nSec-WebSocket-Key2: 2\r\n"
            })
    void a_head_that_two_servers_may_read_differently_is_refused(String lines) {
        assertRefused(lines, "POST /api/games HTTP/1.1\r\n" + HOST + lines + "\r\n0\r\n\r\n" + SECOND);
        assertRefused(lines, "GET /livez HTTP/1.1\r\n" + HOST + lines + "\r\n0\r\n\r\n" + SECOND);
        String fields = String.join("\r\n", Handshake.to("/ws/g/p").fields()) + "\r\n";
        assertRefused(lines, "GET /ws/g/p HTTP/1.1\r\n" + lines + fields + "\r\n0\r\n\r\n" + SECOND);
        assertRefused(lines, "GET /ws/g/p HTTP/1.1\r\n" + fields + lines + "\r\n0\r\n\r\n" + SECOND);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /ws/g/p HTTP/1.0",
                "GET /ws/g/p HTTP/0.9",
                "GET /ws/g/p HTTP/2.0",
                "GET /ws/g/p HTTP/1.1 HTTP/1.1",
                "GET /ws/g/p",
                "PRI * HTTP/2.0",
                "CONNECT localhost:9090 HTTP/1.1",
                "TRACE /ws/g/p HTTP/1.1",
                "FOO /ws/g/p HTTP/1.1",
                "POST /ws/g/p HTTP/1.1"
            })
    void another_method_or_version_opens_no_socket(String line) {
        assertRefused(line, line + "\r\n" + HOST + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/games", "/ws/g/p"})
    void a_head_that_cannot_be_read_is_refused_as_any_other_request(String target) {
        assertUnreadable(Handshake.to(target).with("X", "y".repeat(9_000)), 431);
        assertUnreadable(Handshake.to(target + "?" + "y".repeat(5_000)), 414);
        assertUnreadable(Handshake.to(target).with("X y", "z"), 400);
    }

    private static void assertUnreadable(Handshake handshake, int status) {
        TestClient client = gateway.connect().ask(handshake);
        Refusal refusal = Refusal.nextOf(client);
        assertThat(refusal.status()).as(refusal.body().toString()).isEqualTo(status);
        assertThat(refusal.body().path("error").asString()).isEqualTo("bad_request");
        client.readToEnd();
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void a_malformed_request_writes_nothing_secret_into_the_log(CapturedOutput log) {
        String[] heads = {
            "GET /ws/g/p?ticket=secret HTTP/2.0\r\n",
            "GET /ws/g/p?ticket=secret HTTP/1.1\r\nX y: secret\r\n",
            "GET /api/games?ticket=secret HTTP/1.1\r\nAuthorization: secret\r\nContent-Length: x\r\n"
        };
        for (String head : heads) {
            assertRefused(head, head + HOST + "\r\n");
        }
        assertThat(Console.text(log)).doesNotContain("secret");
    }

    @Test
    void a_refusal_is_no_page_and_no_hint_for_a_browser() {
        Head head = gateway.connect().ask(Handshake.to("/nothing")).nextHead();
        assertThat(head.field("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(head.field("Content-Security-Policy")).isEqualTo("default-src 'none'; frame-ancestors 'none'");
        assertThat(head.field("X-Frame-Options")).isEqualTo("DENY");
        assertThat(head.field("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(head.field("Cache-Control")).isEqualTo("no-store");
    }

    private static void assertRefused(String what, String request) {
        TestClient client = gateway.connect();
        client.write(request);
        Head head = client.nextHead();
        String body = head.has("Content-Length") ? client.nextBody(head) : "";
        assertThat(head.status()).as("%s %s", what, head).isBetween(400, 505).isNotIn(500, 502, 503, 504);
        assertThat(head.has("Server")).as("%s %s", what, head).isFalse();
        assertThat(body).as(what).doesNotContainIgnoringCase("exception").doesNotContain("\tat ", "\"UP\"", "_links");
    }
}

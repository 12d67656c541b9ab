package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A backend that does not take the player: the client is told before it is upgraded, with an honest status.
class RefusalTest {
    private static final String TARGET = "/ws/g1/p1";

    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(backend.url());

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 409, 429, 503})
    void the_backends_refusal_reaches_the_client(int status) {
        backend.always(leg -> leg.refuse(status, "because"));
        TestClient client = ask();
        Head answer = client.nextHead();
        assertThat(answer.status()).isEqualTo(status);
        assertThat(client.nextBody(answer)).contains("because");
        assertThat(answer.has("Sec-WebSocket-Accept")).isFalse();
    }

    @Test
    void what_the_refusal_says_of_itself_reaches_the_client_and_what_it_says_of_its_connection_does_not() {
        backend.always(leg -> leg.refuse(
                429,
                "later",
                "Retry-After: 7",
                "Set-Cookie: a=1",
                "Set-Cookie: b=2",
                "Connection: X-Hop",
                "X-Hop: 1",
                "Server: backend",
                "Holdfast-Link: 1"));

        Head answer = ask().nextHead();

        assertThat(answer.all("Content-Type")).containsExactly("text/plain");
        assertThat(answer.all("Retry-After")).containsExactly("7");
        assertThat(answer.all("Set-Cookie")).containsExactly("a=1", "b=2");
        assertThat(answer.has("X-Hop")).isFalse();
        assertThat(answer.has("Server")).isFalse();
        assertThat(answer.has("Holdfast-Link")).isFalse();
    }

    @Test
    void a_refused_client_may_try_again_on_the_same_connection() {
        TestClient client = ask();
        backend.accept().refuse(403, "not yet");
        Head refusal = client.nextHead();
        assertThat(refusal.status()).isEqualTo(403);
        assertThat(client.nextBody(refusal)).contains("not yet");
        client.ask(Handshake.to(TARGET));
        BackendLeg leg = backend.accept().upgrade();
        assertThat(client.nextHead().status()).isEqualTo(101);
        client.send(Frame.text("in"));
        assertThat(leg.nextFrame()).isEqualTo(Frame.text("in"));
    }

    @Test
    void the_body_of_a_refusal_is_bounded() {
        int offered = 16 << 20;
        backend.always(leg -> leg.refuse(403, "x".repeat(offered)));
        TestClient client = ask();
        Head answer = client.nextHead();
        assertThat(answer.status()).isEqualTo(403);
        assertThat(client.nextBody(answer).length()).isLessThanOrEqualTo(1 << 20);
    }

    @Test
    void a_backend_that_is_down_is_a_bad_gateway() {
        backend.down();
        assertRefused(Map.of("backend_unreachable", 502, "backend_unavailable", 503));
    }

    @Test
    void a_backend_that_comes_up_again_is_used_again() {
        backend.down();
        assertThat(Refusal.nextOf(ask()).status()).isIn(502, 503);
        backend.up();
        assertThat(gateway.open(backend).answer().status()).isEqualTo(101);
    }

    static Stream<Arguments> lies() {
        String otherKey = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
        return Stream.of(
                lie("an accept for another key", leg -> leg.write(switching("websocket", otherKey))),
                lie("no accept", leg -> leg.write(switching("websocket"))),
                lie("another protocol", leg -> leg.write(switching("h2c", rightAccept(leg)))),
                lie("a subprotocol nobody offered", leg -> leg.upgrade("Sec-WebSocket-Protocol: evil")),
                lie("another success", leg -> leg.refuse(200, "hello")),
                lie("garbage", leg -> leg.write("\u0000\u0001garbage\r\n\r\n".repeat(100))),
                lie("an endless header", leg -> leg.write("HTTP/1.1 101 OK\r\nX: " + "x".repeat(1 << 20))),
                lie("nothing at all", RawLeg::close),
                lie("a reset", RawLeg::reset));
    }

    private static Arguments lie(String name, Consumer<BackendLeg> treatment) {
        return Arguments.of(name, treatment);
    }

    private static String rightAccept(BackendLeg leg) {
        return "Sec-WebSocket-Accept: " + Handshake.accept(leg.request().field("Sec-WebSocket-Key"));
    }

    private static String switching(String protocol, String... lines) {
        return "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: %s\r\n%s\r\n\r\n"
                .formatted(protocol, String.join("\r\n", lines))
                .replace("\r\n\r\n\r\n", "\r\n\r\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    void an_answer_that_is_no_handshake_is_a_bad_gateway(String lie, Consumer<BackendLeg> treatment) {
        backend.always(treatment);
        assertThat(Refusal.nextOf(ask()).status()).as(lie).isEqualTo(502);
    }

    @Test
    void a_backend_that_was_not_believed_is_let_go() {
        TestClient client = ask();
        BackendLeg leg = backend.accept();
        leg.write(switching("websocket"));
        leg.expectEnd();
        client.close();
    }

    /// @param statuses by the words that say what was wrong, each counted as an outcome
    private static void assertRefused(Map<String, Integer> statuses) {
        Map<String, Double> before = statuses.keySet().stream()
                .collect(Collectors.toMap(Function.identity(), RefusalTest::handshakesThatEnded));
        Refusal refusal = Refusal.nextOf(ask());
        String error = refusal.body().path("error").asString();
        assertThat(statuses).containsEntry(error, refusal.status());
        assertThat(handshakesThatEnded(error)).as(error).isEqualTo(before.getOrDefault(error, 0.0) + 1);
    }

    private static double handshakesThatEnded(String outcome) {
        return gateway.metric("holdfast_handshakes_total", "outcome=\"%s\"".formatted(outcome));
    }

    private static TestClient ask() {
        return gateway.connect().ask(Handshake.to(TARGET));
    }
}

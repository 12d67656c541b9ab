package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.Console;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What is written about sessions as JSON, a line each, whatever clients say.
@ExtendWith(OutputCaptureExtension.class)
class SessionLogTest {
    private static final JsonMapper JSON = new JsonMapper();

    @Order(1)
    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @Order(2)
    @RegisterExtension
    static final TestGateway gateway = new TestGateway(backend.url(), "LOG_FORMAT=logstash", "ALLOW_NO_ORIGIN=true");

    @Test
    void a_session_says_when_it_opens_is_held_and_closes(CapturedOutput output) {
        Session session = gateway.open(backend, Handshake.to("/ws/g1/ann"), "Holdfast-Link: 1");
        String id = session.backend().request().field("Holdfast-Session");
        String address = session.client().address();
        session.client().send(Frame.text("hi"));
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.text("hi"));
        session.backend().send(Frame.pong("A 0"));
        session.backend().reset();
        BackendLeg second = backend.accept().upgrade("Holdfast-Link: 1");
        second.send(Frame.text("here"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("here"));
        session.client().send(Frame.close(1000, "bye"));
        assertThat(second.framesToEnd()).isNotEmpty();
        session.client().framesToEnd();
        second.close();
        session.client().close();
        List<JsonNode> lines = awaitClosed(output, id);

        assertThat(lines)
                .extracting(line -> line.path("message").asString())
                .containsExactly("open", "hold", "hold over", "close");
        assertThat(lines).allSatisfy(line -> {
            assertThat(line.path("logger_name").asString()).isEqualTo("holdfast.session");
            assertThat(line.path("level").asString()).isEqualTo("INFO");
            assertThat(line.path("game").asString()).isEqualTo("g1");
            assertThat(line.path("player").asString()).isEqualTo("ann");
            assertThat(line.path("address").asString()).isEqualTo(address);
            assertThat(line.path("origin").asString()).isEqualTo("https://game.example");
        });
        assertThat(lines.get(0).path("backend").asString())
                .isEqualTo(session.backend().address());
        assertThat(lines.get(2).path("backend").asString()).isEqualTo(second.address());
        assertThat(lines.get(2).path("outcome").asString()).isEqualTo("resumed");
        assertThat(lines.get(2).path("seconds").isNumber()).isTrue();
        JsonNode close = lines.get(3);
        assertThat(close.path("code").asInt()).isEqualTo(1000);
        assertThat(close.path("by").asString()).isEqualTo("client");
        assertThat(close.path("reason").asString()).isEqualTo("bye");
        assertThat(close.path("holds").asInt()).isEqualTo(1);
        assertThat(close.path("messages_to_backend").asInt()).isEqualTo(1);
        assertThat(close.path("bytes_to_backend").asInt()).isPositive();
        assertThat(close.path("messages_to_client").isNumber()).isTrue();
        assertThat(close.path("bytes_to_client").isNumber()).isTrue();
        assertThat(close.path("rtt_ms").isNumber()).isTrue();
        assertThat(close.path("rtt_max_ms").isNumber()).isTrue();
        assertThat(close.path("seconds").asDouble()).isPositive();
    }

    @Test
    void a_close_reason_begins_no_line_of_its_own(CapturedOutput output) {
        Session session = gateway.open(backend, Handshake.to("/ws/g1/eve"));
        String id = session.backend().request().field("Holdfast-Session");
        String reason = "x\r\n{\"message\":\"forged\"}\u001b[2J\u2028\"";
        session.client().send(Frame.close(4000, reason));
        session.backend().framesToEnd();
        session.backend().close();
        session.client().close();
        List<JsonNode> lines = awaitClosed(output, id);

        assertThat(lines.getLast().path("reason").asString())
                .isEqualTo("x\\u000d\\u000a{\\u0022message\\u0022:\\u0022forged\\u0022}\\u001b[2J\\u2028\\u0022");
        assertThat(output.getOut()).doesNotContain("\u001b").doesNotContain("\n{\"message\":\"forged\"");
    }

    @Test
    void a_refusal_says_whose_it_was_and_begins_no_line_of_its_own(CapturedOutput output) {
        TestClient stranger = gateway.connect()
                .ask(Handshake.to("/ws/g1/stranger?ticket=secret").having("Origin", "https://evil.example/\"\u00e9"));
        assertThat(stranger.nextHead().status()).isEqualTo(403);
        JsonNode line = onlyRefusal(output, "stranger");

        assertThat(line.path("message").asString()).isEqualTo("refuse");
        assertThat(line.path("level").asString()).isEqualTo("INFO");
        assertThat(line.path("outcome").asString()).isEqualTo("origin_refused");
        assertThat(line.path("game").asString()).isEqualTo("g1");
        assertThat(line.path("player").asString()).isEqualTo("stranger");
        assertThat(line.path("address").asString()).isEqualTo(stranger.address());
        assertThat(line.path("origin").asString()).isEqualTo("https://evil.example/\\u0022\\u00c3\\u00a9");
        assertThat(line.path("reason").asString()).contains("\\u0022\\u00c3\\u00a9", "CORS_ORIGINS");

        TestClient forger = gateway.connect().ask(Handshake.to("/ws/g1/p%0aforger?ticket=secret"));
        assertThat(forger.nextHead().status()).isEqualTo(400);
        JsonNode forged = onlyRefusal(output, "forger");
        assertThat(forged.path("outcome").asString()).isEqualTo("bad_id");
        assertThat(forged.path("player").asString()).isEqualTo("p\\u000aforger");

        TestClient raw = gateway.connect().ask(Handshake.to("/ws/g1/raw?ticket=secret&x=\u00e9"));
        assertThat(raw.nextHead().status()).isEqualTo(400);
        assertThat(onlyRefusal(output, "raw").path("outcome").asString()).isEqualTo("bad_target");
        assertThat(output.getAll()).doesNotContain("secret");
    }

    @Test
    void what_is_no_proper_request_has_a_line_too_and_counts_if_it_asks_for_a_session(CapturedOutput output) {
        Handshake handshake = Handshake.to("/ws/g1/odd?ticket=secret").with("Cookie", "session=secret");
        assertTurnedAway(
                output,
                431,
                "bad_request",
                handshake.with("X", "y".repeat(9_000)).bytes());
        assertTurnedAway(
                output, 400, "bad_request", handshake.with("X y", "secret").bytes());
        assertTurnedAway(
                output,
                400,
                "bad_handshake",
                handshake.with("Sec-WebSocket-Key1", "1").bytes());
        String made =
                new String(handshake.bytes(), StandardCharsets.US_ASCII).replaceFirst("GET", "x".repeat(20) + "SECRET");
        assertTurnedAway(output, 501, "unknown_method", made.getBytes(StandardCharsets.US_ASCII));
        assertThat(output.getAll()).doesNotContain("secret").doesNotContain("SECRET");
    }

    /// With a game, a player and an address, since its first line can be read.
    private static void assertTurnedAway(CapturedOutput output, int status, String outcome, byte[] request) {
        double before = gateway.metric("holdfast_handshakes_total", "outcome=\"" + outcome + "\"");
        int linesBefore = refusals(output, "odd").size();
        TestClient client = gateway.connect();
        client.write(request);
        assertThat(Refusal.nextOf(client).status()).isEqualTo(status);
        client.expectEnd();
        List<JsonNode> lines = refusals(output, "odd");

        assertThat(lines).hasSize(linesBefore + 1);
        assertThat(lines.getLast().path("outcome").asString()).isEqualTo(outcome);
        assertThat(lines.getLast().path("player").asString()).isEqualTo("odd");
        assertThat(lines.getLast().path("address").asString()).isEqualTo(client.address());
        assertThat(lines.getLast().path("origin").asString()).isEqualTo(Handshake.ORIGIN);
        assertThat(gateway.metric("holdfast_handshakes_total", "outcome=\"" + outcome + "\""))
                .isEqualTo(before + 1);
    }

    @Test
    void what_may_have_been_anything_has_a_line_and_does_not_count(CapturedOutput output) {
        double before = gateway.metric("holdfast_handshakes_total");
        String[] requests = {
            "GET /ws/g1/p1?ticket=secret HTTP/1.1\r\nX: a\r\n b\r\n\r\n",
            "GET https://edge.example/ws/g1/p1?ticket=secret HTTP/1.1\r\n\r\n",
            "GET /ws/g1/p1?ticket=secret" + "y".repeat(5_000) + " HTTP/1.1\r\n\r\n"
        };
        for (String request : requests) {
            TestClient client = gateway.connect();
            client.write(request);
            assertThat(Refusal.nextOf(client).status()).isIn(400, 414);
            client.expectEnd();
        }

        assertThat(refusals(output, "first line is too long")).hasSize(1);
        assertThat(refusals(output, "folded_header")).hasSize(1);
        assertThat(refusals(output, "target is no path")).hasSize(1);
        assertThat(output.getAll()).doesNotContain("secret");
        assertThat(gateway.metric("holdfast_handshakes_total")).isEqualTo(before);
    }

    @Test
    void a_backend_that_refuses_is_named_as_the_one(CapturedOutput output) {
        TestClient client = gateway.connect().ask(Handshake.to("/ws/g1/unwanted"));
        backend.accept().refuse(403, "no");
        assertThat(client.nextHead().status()).isEqualTo(403);
        JsonNode line = onlyRefusal(output, "unwanted");

        assertThat(line.path("outcome").asString()).isEqualTo("backend_refused");
        assertThat(line.path("reason").asString()).contains("403");
    }

    private static JsonNode onlyRefusal(CapturedOutput output, String player) {
        List<JsonNode> lines = refusals(output, player);
        assertThat(lines).hasSize(1);
        return lines.getFirst();
    }

    private static List<JsonNode> refusals(CapturedOutput output, String having) {
        return Stream.of(Console.text(output).split("\n"))
                .filter(line -> line.contains("\"holdfast.refusal\"") && line.contains(having))
                .map(JSON::readTree)
                .toList();
    }

    private static List<JsonNode> awaitClosed(CapturedOutput output, String id) {
        long deadline = System.nanoTime() + RawLeg.DEADLINE.toNanos();
        List<JsonNode> lines = linesOf(output, id);
        while (lines.isEmpty() || !lines.getLast().path("message").asString().equals("close")) {
            assertThat(System.nanoTime()).as("waiting for the close of %s", id).isLessThan(deadline);
            lines = linesOf(output, id);
        }
        return lines;
    }

    private static List<JsonNode> linesOf(CapturedOutput output, String id) {
        return Stream.of(output.getOut().split("\n"))
                .filter(line -> line.contains(id))
                .map(JSON::readTree)
                .toList();
    }
}

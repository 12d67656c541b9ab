package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.Console;
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
    void a_backend_that_refuses_is_named_as_the_one(CapturedOutput output) {
        TestClient client = gateway.connect().ask(Handshake.to("/ws/g1/unwanted"));
        backend.accept().refuse(403, "no");
        assertThat(client.nextHead().status()).isEqualTo(403);
        JsonNode line = onlyRefusal(output, "unwanted");

        assertThat(line.path("outcome").asString()).isEqualTo("backend_refused");
        assertThat(line.path("reason").asString()).contains("403");
    }

    private static JsonNode onlyRefusal(CapturedOutput output, String player) {
        List<JsonNode> lines = Stream.of(Console.text(output).split("\n"))
                .filter(line -> line.contains("\"holdfast.refusal\"") && line.contains(player))
                .map(JSON::readTree)
                .toList();
        assertThat(lines).hasSize(1);
        return lines.getFirst();
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

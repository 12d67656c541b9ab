package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What whoever is on call sees of the sessions, and how they end some.
class SessionsEndpointTest {
    private static final JsonMapper JSON = new JsonMapper();

    @Order(1)
    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @Order(2)
    @RegisterExtension
    static final TestGateway gateway =
            new TestGateway(backend.url(), "WS_PING_INTERVAL=200ms", "WS_PING_TIMEOUT=1m", "WS_PING_MODE=json");

    @BeforeEach
    void everybody_has_left() {
        awaitCount("", 0);
    }

    @Test
    void a_session_is_shown_with_all_that_is_known_of_it() {
        Session session = gateway.open(backend, Handshake.to("/ws/g1/ann"));
        session.client().send(Frame.text("four"), Frame.text("five!"));
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.text("four"));
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.text("five!"));
        assertThat(session.client().nextFrame().text()).contains("ping");
        session.client().send(Frame.text("{\"type\":\"pong\"}"));
        JsonNode row = onlyRow("?game=g1");
        while (row.path("rttMs").asDouble() == 0) {
            row = onlyRow("?game=g1");
        }

        assertThat(row.path("id").asString())
                .isEqualTo(session.backend().request().field("Holdfast-Session"));
        assertThat(row.path("player").asString()).isEqualTo("ann");
        assertThat(row.path("address").asString()).isEqualTo(session.client().address());
        assertThat(row.path("origin").asString()).isEqualTo("https://game.example");
        assertThat(row.path("backend").asString()).isEqualTo(session.backend().address());
        assertThat(row.path("state").asString()).isEqualTo("open");
        assertThat(row.path("ageSeconds").asDouble()).isPositive();
        assertThat(row.path("queuedBytes").asInt()).isZero();
        assertThat(row.path("rttMaxMs").asDouble())
                .isGreaterThanOrEqualTo(row.path("rttMs").asDouble());
        assertThat(row.path("holds").asInt()).isZero();
        assertThat(row.at("/toBackend/messages").asInt()).isEqualTo(2);
        assertThat(row.at("/toBackend/bytes").asInt()).isEqualTo(2 * 6 + 9);
        assertThat(row.at("/toClient/messages").asInt()).isZero();

        String id = row.path("id").asString();
        assertThat(json("/" + id).path("player").asString()).isEqualTo("ann");
    }

    @Test
    void a_list_can_be_narrowed_sorted_and_cut_short() {
        gateway.open(backend, Handshake.to("/ws/g1/ann"));
        Session bob = gateway.open(backend, Handshake.to("/ws/g1/bob"));
        gateway.open(backend, Handshake.to("/ws/g2/ann"));
        bob.client().send(Frame.text("hi"));
        assertThat(bob.backend().nextFrame()).isEqualTo(Frame.text("hi"));
        awaitCount("", 3);

        assertThat(players("?game=g1")).containsExactlyInAnyOrder("ann", "bob");
        assertThat(players("?game=g1&player=ann")).containsExactly("ann");
        assertThat(players("?player=ann&sort=age")).containsExactly("ann", "ann");
        assertThat(players("?sort=messages&limit=1")).containsExactly("bob");
        assertThat(json("?limit=1").path("count").asInt()).isEqualTo(3);
        assertThat(players("?address=203.0.113.9")).isEmpty();
        assertThat(players("?backend=203.0.113.9:80")).isEmpty();
        assertThat(players("?state=held")).isEmpty();
        assertThat(players("?state=OPEN")).hasSize(3);
    }

    @Test
    void a_session_whose_backend_is_away_is_held() {
        Session session = gateway.open(backend, Handshake.to("/ws/g1/ann"), "Holdfast-Link: 1");
        session.backend().reset();
        awaitCount("?state=held", 1);
        assertThat(onlyRow("").path("backend").asString())
                .isEqualTo(session.backend().address());
        backend.accept().upgrade("Holdfast-Link: 1");
        awaitCount("?state=open", 1);

        assertThat(onlyRow("").path("holds").asInt()).isEqualTo(1);
    }

    @Test
    void counts_go_on_over_a_hold() {
        Session session = gateway.open(backend, Handshake.to("/ws/g1/ann"), "Holdfast-Link: 1");
        session.backend().send(Frame.text("one"));
        session.backend().reset();
        BackendLeg next = backend.accept().upgrade("Holdfast-Link: 1");
        next.send(Frame.text("two"));
        session.client().send(Frame.text("three"));
        assertThat(next.nextFrame()).isEqualTo(Frame.text("three"));
        JsonNode row = onlyRow("");
        while (row.at("/toClient/messages").asInt() < 2) {
            row = onlyRow("");
        }

        assertThat(row.at("/toClient/bytes").asInt()).isGreaterThanOrEqualTo(2 * (2 + 3));
        assertThat(row.at("/toBackend/messages").asInt()).isEqualTo(1);
    }

    @Test
    void one_session_is_closed_and_the_others_play_on() {
        Session ann = gateway.open(backend, Handshake.to("/ws/g1/ann"));
        Session bob = gateway.open(backend, Handshake.to("/ws/g1/bob"));
        HttpResponse<String> answer = delete("/" + ann.backend().request().field("Holdfast-Session"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"closed\":1}");
        Frame close = close(ann);
        assertThat(close.closeCode()).isEqualTo(4507);
        assertThat(close.reason()).isEqualTo("closed by the operator");
        bob.client().send(Frame.text("still here"));
        assertThat(bob.backend().nextFrame()).isEqualTo(Frame.text("still here"));
    }

    @Test
    void a_game_is_closed_with_the_code_that_is_asked_for() {
        Session ann = gateway.open(backend, Handshake.to("/ws/g1/ann"));
        Session bob = gateway.open(backend, Handshake.to("/ws/g1/bob"));
        gateway.open(backend, Handshake.to("/ws/g2/ann"));

        assertThat(delete("?game=g1&code=1012").body()).isEqualTo("{\"closed\":2}");
        assertThat(close(ann).closeCode()).isEqualTo(1012);
        assertThat(close(bob).closeCode()).isEqualTo(1012);
        assertThat(players("?state=open")).containsExactly("ann");
    }

    @ParameterizedTest
    @ValueSource(strings = {"?state=asleep", "?sort=name", "?limit=0", "?limit=many"})
    void a_question_that_makes_no_sense_is_refused(String query) {
        HttpResponse<String> answer = gateway.http(gateway.managementRequest("/actuator/sessions" + query));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    }

    @Test
    void nothing_is_closed_by_mistake() {
        gateway.open(backend, Handshake.to("/ws/g1/ann"));

        assertThat(delete("").statusCode()).isEqualTo(400);
        assertThat(delete("?player=ann").statusCode()).isEqualTo(400);
        assertThat(delete("?game=g1&code=1006").statusCode()).isEqualTo(400);
        assertThat(delete("/nobody").statusCode()).isEqualTo(404);
        assertThat(gateway.http(gateway.managementRequest("/actuator/sessions/nobody"))
                        .statusCode())
                .isEqualTo(404);
        assertThat(json("").path("count").asInt()).isEqualTo(1);
    }

    @Test
    void the_public_port_knows_nothing_of_it() {
        assertThat(gateway.http(gateway.request("/actuator/sessions")).statusCode())
                .isEqualTo(404);
    }

    @Test
    void how_much_is_logged_can_be_changed() {
        HttpResponse<String> answer = gateway.http(gateway.managementRequest("/actuator/loggers/holdfast.session")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"configuredLevel\":\"WARN\"}")));

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(gateway.http(gateway.managementRequest("/actuator/loggers/holdfast.session"))
                        .body())
                .contains("\"effectiveLevel\":\"WARN\"");
    }

    private static Frame close(Session session) {
        Frame next = session.client().nextFrame();
        while (next.opcode() != Frame.CLOSE) {
            next = session.client().nextFrame();
        }
        return next;
    }

    private static List<String> players(String query) {
        return json(query)
                .path("sessions")
                .valueStream()
                .map(row -> row.path("player").asString())
                .toList();
    }

    private static JsonNode onlyRow(String query) {
        JsonNode rows = json(query).path("sessions");
        assertThat(rows).hasSize(1);
        return rows.get(0);
    }

    private static void awaitCount(String query, int count) {
        long deadline = System.nanoTime() + RawLeg.DEADLINE.toNanos();
        while (json(query).path("count").asInt() != count) {
            assertThat(System.nanoTime()).as("waiting for %d sessions", count).isLessThan(deadline);
        }
    }

    private static HttpResponse<String> delete(String rest) {
        return gateway.http(
                gateway.managementRequest("/actuator/sessions" + rest).DELETE());
    }

    private static JsonNode json(String rest) {
        HttpResponse<String> answer = gateway.http(gateway.managementRequest("/actuator/sessions" + rest));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }
}

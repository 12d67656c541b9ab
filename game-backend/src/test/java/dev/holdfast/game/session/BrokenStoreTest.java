package dev.holdfast.game.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import dev.holdfast.game.log.FaultyGameLog;
import dev.holdfast.game.log.FaultyGameLog.Outcome;
import dev.holdfast.game.log.GameId;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A store that breaks before or after it has carried out an append, so that nobody knows which.
class BrokenStoreTest {
    /// As docs/protocol.md, section 4, has it.
    private static final int ALLOWED_IN_FLIGHT = 32;

    @RegisterExtension
    static final Backend backend = new Backend(new Class<?>[] {FaultyGameLog.class}, "STORE_URL=memory:");

    @ParameterizedTest
    @EnumSource
    void a_plain_client_behind_a_gateway_loses_doubles_and_reorders_nothing(Outcome outcome) {
        TestClient other = backend.connect("other");
        assertThat(other.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
        TestClient leg = backend.connectLeg(1);
        leg.readUntil("pong:C ");
        FaultyGameLog.Fault fault = failNextAppend(outcome);

        leg.send("{\"n\":1}");
        fault.await();
        leg.send("{\"n\":2}").send("{\"n\":3}");
        assertThat(leg.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
        fault.strike();

        assertThat(leg.awaitClose().code()).isEqualTo(1012);
        assertThat(leg.count()).isZero();
        backend.connectLeg(1)
                .send("{\"n\":1}")
                .send("{\"n\":2}")
                .send("{\"n\":3}")
                .send("{\"n\":4}");
        for (int n = 1; n <= 4; n++) {
            assertThat(other.next()).isEqualTo("{\"n\":" + n + "}");
        }
        assertThat(other.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
    }

    @ParameterizedTest
    @EnumSource
    void a_v1_client_is_told_to_send_its_command_again_and_it_is_carried_out_once(Outcome outcome) throws Exception {
        double failures = failures();
        TestClient other = backend.connect("other");
        assertThat(other.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
        TestClient v1 = backend.connect("p1?v=1")
                .send("{\"type\":\"sys.hello\",\"v\":1}")
                .readUntil("sys.live");
        FaultyGameLog.Fault fault = failNextAppend(outcome);

        v1.send("{\"n\":1,\"$\":{\"id\":\"a.1\",\"seen\":3}}");
        fault.await();
        fault.strike();

        assertThat(v1.next()).contains("\"sys.nack\"", "\"a.1\"", "\"unavailable\"", "\"retry\":true");
        assertThat(failures()).isEqualTo(failures + 1);
        v1.send("{\"n\":1,\"$\":{\"id\":\"a.1\",\"seen\":3}}").readUntil("sys.ack");
        assertThat(v1.seen().getLast().contains("\"dup\":true")).isEqualTo(outcome == Outcome.COMMITTED);
        assertThat(other.next()).isEqualTo("{\"n\":1}");
        assertThat(other.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
    }

    @Test
    void a_game_cannot_be_created_until_the_store_is_back() throws Exception {
        String game = "{\"rules\":\"relay\",\"id\":\"" + backend.game() + "\"}";
        failNextAppend(Outcome.LOST).strike();

        HttpResponse<String> refused = backend.post("/api/games", game);

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("\"code\":\"unavailable\"");
        assertThat(backend.post("/api/games", game).statusCode()).isEqualTo(201);
    }

    @Test
    void a_game_of_which_the_store_has_lost_a_part_is_no_failure_of_the_store() throws Exception {
        store().loseHistory(new GameId(backend.game()));

        HttpResponse<String> refused = backend.get("/api/games/" + backend.game());

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("\"code\":\"history_lost\"");
        assertThat(backend.connect("p1").awaitClose().code()).isEqualTo(1011);
        assertThat(backend.connectLeg(1).awaitClose().code()).isEqualTo(1011);
    }

    @Test
    void a_player_who_has_left_is_not_told_to_come_again() {
        TestClient v1 = backend.connect("p1?v=1")
                .send("{\"type\":\"sys.hello\",\"v\":1}")
                .readUntil("sys.live");
        FaultyGameLog.Fault fault = failNextAppend(Outcome.COMMITTED);

        v1.send("{\"type\":\"sys.leave\"}");
        fault.await();
        fault.strike();

        assertThat(v1.awaitClose().code()).isEqualTo(1000);
    }

    @Test
    void nothing_is_shown_or_acknowledged_before_it_is_durable() {
        TestClient other = backend.connect("other");
        assertThat(other.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
        TestClient v1 = backend.connect("p1?v=1")
                .send("{\"type\":\"sys.hello\",\"v\":1}")
                .readUntil("sys.live");
        FaultyGameLog.Fault fault = failNextAppend(Outcome.LOST);

        v1.send("{\"n\":1,\"$\":{\"id\":\"a.1\",\"seen\":3}}");
        fault.await();

        assertThat(v1.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
        assertThat(other.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
        fault.strike();
        assertThat(v1.next()).contains("\"sys.nack\"");
        assertThat(other.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
    }

    @Test
    void a_v1_client_that_sends_more_than_may_wait_for_the_store_is_told_to_send_the_rest_again() {
        TestClient v1 = backend.connect("p1?v=1")
                .send("{\"type\":\"sys.hello\",\"v\":1}")
                .readUntil("sys.live");
        FaultyGameLog.Fault fault = failNextAppend(Outcome.LOST);
        v1.send(command(1));
        fault.await();

        IntStream.rangeClosed(2, ALLOWED_IN_FLIGHT + 1).forEach(n -> v1.send(command(n)));

        String last = "\"c." + (ALLOWED_IN_FLIGHT + 1) + "\"";
        assertThat(v1.next()).contains("\"sys.nack\"", last, "\"inflight_limit\"", "\"retry\":true");
        assertThat(v1.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
        fault.pass();
        IntStream.rangeClosed(1, ALLOWED_IN_FLIGHT)
                .forEach(n -> assertThat(v1.next()).contains("\"sys.ack\"", "\"c." + n + "\""));
        v1.send(command(ALLOWED_IN_FLIGHT + 1));
        assertThat(v1.next()).contains("\"sys.ack\"", last).doesNotContain("\"dup\"");
    }

    private static String command(int n) {
        return "{\"n\":" + n + ",\"$\":{\"id\":\"c." + n + "\",\"seen\":0}}";
    }

    private static double failures() throws Exception {
        String scraped = backend.getManagement("/actuator/prometheus").body();
        Matcher counter = Pattern.compile("(?m)^holdfast_store_failures_total\\{kind=\"append\"} (.*)$")
                .matcher(scraped);
        assertThat(counter.find()).as(scraped).isTrue();
        return Double.parseDouble(counter.group(1));
    }

    private static FaultyGameLog.Fault failNextAppend(Outcome outcome) {
        return store().failNextAppend(new GameId(backend.game()), outcome);
    }

    private static FaultyGameLog store() {
        return backend.context().getBean(FaultyGameLog.class);
    }
}

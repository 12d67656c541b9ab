package dev.holdfast.game.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import dev.holdfast.game.rules.Json;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.wire.JsonText;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class V1ClientTest {
    private static final Pattern CUR = Pattern.compile("\"cur\":\"([^\"]+)\"");
    private static final Pattern SEAT = Pattern.compile("\"seat\":\"([^\"]+)\"");

    @RegisterExtension
    static final Backend backend = new Backend("STORE_URL=memory:", "SEAT_GRACE=300ms");

    @Test
    void a_first_hello_is_answered_with_welcome_snapshot_and_live() {
        TestClient client = backend.connect("p1?v=1").send("{\"type\":\"sys.hello\",\"v\":1}");

        String welcome = client.next();
        assertThat(welcome)
                .startsWith("{\"type\":\"sys.welcome\",\"v\":1,\"game\":\"" + backend.game()
                        + "\",\"player\":\"p1\",\"rules\":\"relay/1\",\"seat\":\"")
                .endsWith("\"resume\":\"fresh\",\"head\":2,\"ping\":30000,"
                        + "\"limits\":{\"frame\":65536,\"inflight\":32,\"rate\":1000000}}");
        assertThat(group(SEAT, welcome)).matches("[A-Za-z0-9_-]{22}");
        assertThat(client.next()).startsWith("{\"type\":\"sys.snapshot\",\"state\":{},\"$\":{\"seq\":2,\"cur\":\"2.");
        assertThat(client.next()).startsWith("{\"type\":\"sys.live\",\"$\":{\"cur\":\"2.");
    }

    @Test
    void a_command_is_acked_after_its_event_and_applied_once() throws Exception {
        tictactoe();
        TestClient ann = hello("ann", "");
        TestClient bob = hello("bob", "");
        assertThat(ann.next()).contains("\"joined\"", "\"seq\":5");

        ann.send("{\"type\":\"move\",\"cell\":4,\"$\":{\"id\":\"a.1\",\"seen\":5}}");

        assertThat(ann.next())
                .startsWith("{\"type\":\"moved\",\"cell\":4,\"by\":\"ann\",\"$\":{\"seq\":6,\"cur\":\"6.")
                .endsWith("\",\"cmd\":\"a.1\"}}");
        assertThat(ann.next()).isEqualTo("{\"type\":\"sys.ack\",\"id\":\"a.1\",\"seq\":6}");
        assertThat(bob.next()).startsWith("{\"type\":\"moved\"").doesNotContain("cmd");
        ann.send("{\"type\":\"move\",\"cell\":4,\"$\":{\"id\":\"a.1\",\"seen\":5}}");
        assertThat(ann.next()).isEqualTo("{\"type\":\"sys.ack\",\"id\":\"a.1\",\"seq\":6,\"dup\":true}");
        ann.send("{\"type\":\"move\",\"cell\":5,\"$\":{\"id\":\"a.2\",\"seen\":6}}");
        assertThat(ann.next())
                .isEqualTo("{\"type\":\"sys.nack\",\"id\":\"a.2\",\"code\":\"not_your_turn\","
                        + "\"message\":\"It is bob's turn.\",\"retry\":false}");
        assertThat(bob.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
    }

    @Test
    void hidden_events_are_bridged_by_prev_and_live_and_replay_agree() throws Exception {
        create("rps");
        TestClient ann = hello("ann", "");
        TestClient bob = hello("bob", "");
        String joined = ann.next();

        ann.send("{\"type\":\"choose\",\"hand\":\"rock\",\"$\":{\"id\":\"a.1\",\"seen\":5}}");
        assertThat(ann.next()).contains("\"chosen\"", "\"cmd\":\"a.1\"");
        assertThat(ann.next()).contains("sys.ack");
        bob.send("{\"type\":\"choose\",\"hand\":\"paper\",\"$\":{\"id\":\"b.1\",\"seen\":5}}");
        assertThat(bob.next()).contains("\"chosen\"", "\"seq\":7", "\"prev\":5").doesNotContain("rock");
        String revealed = bob.next();
        assertThat(revealed)
                .contains("\"revealed\"", "\"seq\":8", "\"cmd\":\"b.1\"")
                .doesNotContain("prev");
        String live = ann.next();
        assertThat(live).contains("\"revealed\"", "\"seq\":8", "\"prev\":6");

        TestClient again = hello("ann", ",\"since\":\"" + group(CUR, joined) + "\",\"seat\":\"" + ann.token() + "\"");
        assertThat(again.seen().getFirst()).contains("\"resume\":\"replay\"").doesNotContain("\"seat\"");
        assertThat(again.seen().subList(1, 3))
                .satisfiesExactly(
                        chosen -> assertThat(chosen).contains("\"chosen\"", "\"hand\":\"rock\"", "\"cmd\":\"a.1\""),
                        replayed -> assertThat(replayed).isEqualTo(live));
    }

    @Test
    void a_cursor_of_another_history_or_from_the_future_resets() {
        TestClient client = hello("p1", "");
        String seat = ",\"seat\":\"" + client.token() + "\"";
        double resets = resets();

        assertThat(hello("p1", seat + ",\"since\":\"2.zzzzzzzz\"").seen().getFirst())
                .contains("\"resume\":\"reset\"");
        assertThat(hello("p1", seat + ",\"since\":\"99.zzzzzzzz\"").seen().getFirst())
                .contains("\"resume\":\"reset\"");
        assertThat(hello("p1", seat + ",\"since\":\"nonsense\"").seen().getFirst())
                .contains("\"resume\":\"fresh\"");
        assertThat(resets()).isEqualTo(resets + 2);
    }

    private static double resets() {
        return backend.context()
                .getBean(MeterRegistry.class)
                .get("holdfast.resumes")
                .tag("kind", "reset")
                .counter()
                .count();
    }

    @Test
    void a_client_over_1000_events_behind_gets_a_snapshot() {
        TestClient reader = hello("reader", "");
        String cursor = group(CUR, reader.seen().getLast());
        TestClient writer = backend.connect("writer");
        IntStream.range(0, 1001).forEach(n -> writer.send("{\"n\":" + n + "}"));
        IntStream.range(0, 1001).forEach(_ -> reader.next());

        TestClient again = hello("reader", ",\"since\":\"" + cursor + "\",\"seat\":\"" + reader.token() + "\"");

        assertThat(again.seen().getFirst()).contains("\"resume\":\"snapshot\"");
        assertThat(again.seen()).hasSize(3);
    }

    @Test
    void a_resume_in_band_shows_again_what_came_after_the_cursor() {
        TestClient client = hello("p1", "");
        String cursor = group(CUR, client.seen().getLast());
        TestClient other = backend.connect("p2");
        other.send("{\"n\":1}");
        String event = client.next();
        other.send("{\"n\":2}");
        String second = client.next();

        client.send("{\"type\":\"sys.resume\",\"since\":\"" + cursor + "\"}");

        assertThat(client.next()).contains("\"n\":1").contains("\"prev\":0");
        assertThat(client.next()).isEqualTo(second);
        assertThat(client.next()).startsWith("{\"type\":\"sys.live\"");
        assertThat(event).contains("\"n\":1");
    }

    @Test
    void a_claimed_seat_needs_its_token() {
        TestClient owner = hello("p1", "");

        TestClient thief =
                backend.connect("p1?v=1").send("{\"type\":\"sys.hello\",\"v\":1,\"seat\":\"" + "x".repeat(22) + "\"}");
        assertThat(thief.next())
                .isEqualTo("{\"type\":\"sys.bye\",\"code\":4501,\"reason\":\"the seat's token is missing or wrong\"}");
        assertThat(thief.awaitClose().code()).isEqualTo(4501);
        TestClient plain = backend.connect("p1").send("{\"type\":\"chat\"}");
        assertThat(plain.awaitClose().code()).isEqualTo(4501);
        assertThat(owner.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");

        TestClient newer = hello("p1", ",\"seat\":\"" + owner.token() + "\"");
        assertThat(owner.next()).isEqualTo("{\"type\":\"sys.bye\",\"code\":4500,\"reason\":\"replaced\"}");
        assertThat(owner.awaitClose().code()).isEqualTo(4500);
        assertThat(newer.seen().getFirst()).doesNotContain("\"seat\"");
    }

    @Test
    void a_hello_that_comes_late_does_not_take_the_seat_from_the_connection_its_client_has_gone_on_by() {
        String tab = ",\"seat\":\"0123456789abcdefABCDEF\",\"client\":\"tab\",\"dial\":";
        TestClient second = hello("p1", tab + 2);

        TestClient late = backend.connect("p1?v=1").send("{\"type\":\"sys.hello\",\"v\":1" + tab + "1}");

        assertThat(late.next()).isEqualTo("{\"type\":\"sys.bye\",\"code\":4500,\"reason\":\"replaced\"}");
        assertThat(late.awaitClose().code()).isEqualTo(4500);
        assertThat(second.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
        TestClient otherTab = hello("p1", tab.replace("tab", "other") + 1);
        assertThat(second.awaitClose().code()).isEqualTo(4500);
        TestClient third = hello("p1", tab + 3);
        assertThat(otherTab.awaitClose().code()).isEqualTo(4500);
        assertThat(third.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
    }

    @Test
    void a_lower_dial_on_the_connection_that_has_the_seat_counts_for_nothing() {
        String tab = ",\"seat\":\"0123456789abcdefABCDEF\",\"client\":\"tab\",\"dial\":";
        TestClient client = hello("p1", tab + 3);

        client.send("{\"type\":\"sys.hello\",\"v\":1" + tab + "1}");

        assertThat(client.next()).contains("\"sys.welcome\"");
        client.readUntil("\"sys.live\"");
        TestClient late = backend.connect("p1?v=1").send("{\"type\":\"sys.hello\",\"v\":1" + tab + "2}");
        assertThat(late.awaitClose().code()).isEqualTo(4500);
        assertThat(client.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
    }

    @Test
    void a_client_may_bring_its_own_token_so_that_a_lost_welcome_locks_nobody_out() {
        String token = "0123456789abcdefABCDEF";

        TestClient first = hello("p1", ",\"seat\":\"" + token + "\"");
        TestClient second = hello("p1", ",\"seat\":\"" + token + "\"");

        assertThat(first.seen().getFirst()).doesNotContain("\"seat\"");
        assertThat(second.seen().getFirst()).contains("\"resume\":\"fresh\"");
    }

    static List<JsonObject> hellos() throws IOException {
        return vectors("hellos");
    }

    static List<JsonObject> commands() throws IOException {
        return vectors("commands");
    }

    private static List<JsonObject> vectors(String kind) throws IOException {
        JsonObject file = JsonText.readObject(Files.readAllBytes(Path.of("../docs/vectors/client-messages.json")));
        return ((Json.Array) file.field(kind).orElseThrow())
                .items().stream().map(JsonObject.class::cast).toList();
    }

    @ParameterizedTest
    @MethodSource("hellos")
    void each_hello_of_the_vectors_is_answered_as_they_say(JsonObject vector) {
        TestClient client =
                backend.connect("p1?v=1").send(vector.text("message").orElseThrow());

        String answer = client.next();

        assertThat(answer).startsWith("{\"type\":\"" + vector.text("answer").orElseThrow() + "\"");
        assertThat(answer.contains("\"seat\":")).isEqualTo(vector.flag("token"));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void each_command_of_the_vectors_is_answered_as_they_say(JsonObject vector) {
        TestClient client = hello("p1", "").send(vector.text("message").orElseThrow());

        String answer = client.next();

        assertThat(answer).startsWith("{\"type\":\"" + vector.text("answer").orElseThrow() + "\"");
        vector.text("code").ifPresent(code -> assertThat(answer).contains("\"code\":\"" + code + "\""));
        assertThat(client.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
    }

    @Test
    void a_plain_connection_becomes_v1_by_its_first_message_even_on_a_claimed_seat() {
        TestClient owner = hello("p1", "");

        TestClient late =
                backend.connect("p1").send("{\"type\":\"sys.hello\",\"v\":1,\"seat\":\"" + owner.token() + "\"}");

        assertThat(late.next()).contains("sys.welcome");
    }

    @Test
    void a_hello_that_does_not_come_in_time_may_come_again() {
        TestClient slow = backend.connect("p1?v=1");

        assertThat(slow.awaitClose().code()).isEqualTo(4001);
    }

    @Test
    void other_versions_and_another_first_message_are_final() {
        TestClient future = backend.connect("p1?v=1").send("{\"type\":\"sys.hello\",\"v\":2}");
        assertThat(future.awaitClose().code()).isEqualTo(4506);
        assertThat(backend.connect("p1?v=7").awaitClose().code()).isEqualTo(4506);
        TestClient hasty = backend.connect("p1?v=1").send("{\"type\":\"chat\"}");
        assertThat(hasty.awaitClose().code()).isEqualTo(4505);
    }

    @Test
    void a_retry_too_old_to_judge_is_never_applied() {
        TestClient sender = hello("p1", "");
        for (int n = 1; n <= 300; n++) {
            sender.send("{\"n\":" + n + ",\"$\":{\"id\":\"s." + n + "\",\"seen\":" + (n + 1) + "}}");
            assertThat(sender.next()).contains("\"sys.ack\"", "\"id\":\"s." + n + "\"", "\"cur\":");
        }

        sender.send("{\"n\":300,\"$\":{\"id\":\"s.300\",\"seen\":301}}");
        assertThat(sender.next()).contains("\"dup\":true");
        sender.send("{\"n\":1,\"$\":{\"id\":\"s.1\",\"seen\":2}}");
        assertThat(sender.next()).contains("\"sys.nack\"", "\"retry_expired\"");
        sender.send("{\"n\":301,\"$\":{\"id\":\"s.301\",\"seen\":302.0}}");
        assertThat(sender.next()).contains("\"sys.ack\"", "\"s.301\"").doesNotContain("dup");
    }

    @Test
    void a_lost_player_has_left_after_the_grace_and_only_once() throws Exception {
        tictactoe();
        TestClient ann = hello("ann", "");
        TestClient bob = hello("bob", "");
        ann.next();

        ann.cut();

        assertThat(bob.next()).contains("\"type\":\"left\",\"player\":\"ann\"");
        assertThat(bob.next()).contains("\"over\"", "\"winner\":\"bob\"");
        TestClient back = hello("ann", ",\"seat\":\"" + ann.token() + "\"");
        assertThat(back.seen().get(1)).contains("\"over\":true");
        assertThat(bob.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
    }

    @Test
    void a_lost_player_is_away_and_after_the_grace_gone() {
        TestClient ann = hello("ann", "");
        assertThat(ann.nextPresence()).contains("\"ann\":\"online\"");
        TestClient bob = hello("bob", "");
        assertThat(ann.nextPresence()).contains("\"bob\":\"online\"");

        bob.cut();

        assertThat(ann.nextPresence()).contains("\"bob\":\"away\"");
        assertThat(ann.nextPresence()).contains("\"bob\":\"gone\"");
    }

    @Test
    void commands_after_leaving_are_refused() {
        TestClient client = hello("p1", "");

        client.send("{\"type\":\"sys.leave\"}").send("{\"n\":1,\"$\":{\"id\":\"x.1\",\"seen\":2}}");

        assertThat(client.next()).contains("\"sys.nack\"", "\"not_seated\"");
    }

    private static void tictactoe() throws Exception {
        create("tictactoe");
    }

    private static void create(String rules) throws Exception {
        String body = "{\"rules\":\"" + rules + "\",\"id\":\"" + backend.game() + "\"}";
        assertThat(backend.post("/api/games", body).statusCode()).isEqualTo(201);
    }

    /// Connects, says hello and reads until it is live.
    private static TestClient hello(String player, String fields) {
        return backend.connect(player + "?v=1")
                .send("{\"type\":\"sys.hello\",\"v\":1" + fields + "}")
                .readUntil("\"sys.live\"");
    }

    static String group(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }
}

package dev.holdfast.game.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The backend's end of docs/protocol.md, section 7, as a gateway sees it.
class LinkTest {
    @RegisterExtension
    static final Backend backend = new Backend("STORE_URL=memory:");

    private static int sessions;
    private final String session = "session-" + sessions++;

    @Test
    void the_handshake_answers_that_the_link_is_spoken_only_to_those_who_speak_it() {
        assertThat(leg("p1", 1, "").responseHeaders().get("Holdfast-Link")).isEqualTo("1");
        assertThat(backend.connect("p2").responseHeaders().get("Holdfast-Link")).isNull();
    }

    @Test
    void a_leg_of_another_version_is_one_without_a_link() {
        TestClient other = backend.connect("other");
        assertThat(other.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
        TestClient newer =
                backend.connect("p1", "Holdfast-Link", "2", "Holdfast-Session", session, "Holdfast-First", "1");
        assertThat(newer.responseHeaders().get("Holdfast-Link")).isNull();
        assertThat(newer.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");

        newer.send("{\"n\":1}");
        assertThat(other.next()).isEqualTo("{\"n\":1}");
        other.send("{\"n\":2}");
        assertThat(newer.next()).isEqualTo("{\"n\":2}");
        assertThat(newer.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
    }

    @Test
    void every_message_is_preceded_by_its_cursor_and_every_answer_followed_by_its_ack() throws Exception {
        create("tictactoe");
        TestClient ann = leg("ann", 1, "");
        assertThat(ann.next()).startsWith("pong:E 3.");
        assertThat(ann.next()).startsWith("{\"type\":\"state\"");
        TestClient bob = backend.connect("bob");
        assertThat(ann.next()).startsWith("pong:E 5.");
        assertThat(ann.next()).startsWith("{\"type\":\"joined\"");
        bob.next();

        ann.send("{\"type\":\"move\",\"cell\":0}");
        assertThat(ann.next()).startsWith("pong:E 6.");
        assertThat(ann.next()).isEqualTo("{\"type\":\"moved\",\"cell\":0,\"by\":\"ann\"}");
        assertThat(ann.next()).isEqualTo("pong:A 1");
        ann.send("{\"type\":\"move\",\"cell\":0}");
        assertThat(ann.next()).contains("\"not_your_turn\"");
        assertThat(ann.next()).isEqualTo("pong:A 2");
        ann.send("{\"type\":\"ping\"}");
        assertThat(ann.next()).isEqualTo("{\"type\":\"pong\"}");
        assertThat(ann.next()).isEqualTo("pong:A 3");
    }

    @Test
    void a_plain_client_loses_and_doubles_nothing_across_legs() {
        TestClient other = backend.connect("other");
        assertThat(other.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
        TestClient first = leg("p1", 1, "");
        String here = first.next();
        assertThat(here).startsWith("pong:C ");
        first.send("{\"n\":1}").send("{\"n\":2}");
        assertThat(other.next()).isEqualTo("{\"n\":1}");
        assertThat(other.next()).isEqualTo("{\"n\":2}");
        first.cut();
        other.send("{\"to\":1}").send("{\"to\":2}");
        assertThat(other.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");

        TestClient second = leg("p1", 1, here.substring("pong:C ".length()));
        second.send("{\"n\":1}").send("{\"n\":2}").send("{\"n\":3}");

        assertThat(second.next()).startsWith("pong:E ");
        assertThat(second.next()).isEqualTo("{\"to\":1}");
        assertThat(second.next()).startsWith("pong:E ");
        assertThat(second.next()).isEqualTo("{\"to\":2}");
        assertThat(second.next()).startsWith("pong:C ");
        assertThat(second.readUntil("pong:A 3").seen()).allMatch(frame -> frame.startsWith("pong:A "));
        assertThat(other.next()).isEqualTo("{\"n\":3}");
        assertThat(other.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
    }

    @Test
    void a_leg_that_says_no_hello_claims_no_seat_whose_token_nobody_would_be_told() {
        TestClient plain = leg("p1", 1, "");
        String here = plain.next().substring("pong:C ".length());
        plain.cut();
        connect("p1", 1, here, true).readUntil("sys.live").cut();

        TestClient next = backend.connect("p1?v=1")
                .send("{\"type\":\"sys.hello\",\"v\":1,\"seat\":\"" + "k".repeat(22) + "\"}")
                .readUntil("sys.live");
        assertThat(next.seen()).noneMatch(frame -> frame.contains("4501"));
    }

    @Test
    void a_plain_client_that_missed_more_than_can_be_given_again_is_closed_and_not_left_in_the_dark() {
        TestClient other = backend.connect("other");
        TestClient first = leg("p1", 1, "");
        String here = first.next().substring("pong:C ".length());
        first.cut();
        for (int n = 0; n <= 1000; n++) {
            other.send("{\"n\":" + n + "}");
        }
        assertThat(other.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");

        TestClient second = leg("p1", 1, here);

        assertThat(second.awaitClose().code()).isEqualTo(4002);
        assertThat(leg("p1", 1, "").next()).startsWith("pong:C ");
    }

    @Test
    void a_message_that_was_refused_is_not_carried_out_later_when_it_comes_again() throws Exception {
        create("tictactoe");
        TestClient ann = leg("ann", 1, "");
        ann.readUntil("\"state\"");
        TestClient bob = backend.connect("bob");
        bob.next();
        ann.readUntil("\"joined\"");
        ann.send("{\"type\":\"move\",\"cell\":9}").send("{\"type\":\"move\",\"cell\":0}");
        ann.readUntil("pong:A 2");
        bob.next();
        bob.send("{\"type\":\"move\",\"cell\":1}");
        ann.readUntil("\"cell\":1");
        ann.cut();

        TestClient again = leg("ann", 1, "");
        again.send("{\"type\":\"move\",\"cell\":2}").send("{\"type\":\"move\",\"cell\":0}");

        assertThat(again.readUntil("pong:A 2").seen())
                .anyMatch(frame -> frame.contains("\"conflict\""))
                .noneMatch(frame -> frame.contains("\"moved\""));
    }

    @Test
    void numbers_go_on_where_the_gateway_says() {
        TestClient leg = leg("p1", 41, "");
        leg.next();

        leg.send("{\"n\":1}");

        assertThat(leg.next()).isEqualTo("pong:A 41");
    }

    @Test
    void a_v1_client_is_announced_and_its_next_leg_goes_on_without_a_hello() {
        TestClient first = connect("p1?v=1", 1, "", false).send("{\"type\":\"sys.hello\",\"v\":1}");
        assertThat(first.next()).isEqualTo("pong:V 1");
        assertThat(first.next()).startsWith("{\"type\":\"sys.welcome\"");
        assertThat(first.next()).startsWith("pong:E 2.");
        assertThat(first.next()).startsWith("{\"type\":\"sys.snapshot\"");
        String cursor = first.next().substring("pong:E ".length());
        assertThat(first.next()).startsWith("{\"type\":\"sys.live\"");
        assertThat(first.next()).isEqualTo("pong:A 1");
        first.cut();
        TestClient other = backend.connect("p2").send("{\"n\":1}");
        assertThat(other.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");

        TestClient second = connect("p1?v=1", 2, cursor, true);

        assertThat(second.next()).isEqualTo("pong:V 1");
        assertThat(second.next()).startsWith("pong:E ");
        assertThat(second.next()).startsWith("{\"n\":1,\"$\":{\"seq\":");
        assertThat(second.next()).startsWith("pong:E ");
        assertThat(second.next()).startsWith("{\"type\":\"sys.live\"");
    }

    @Test
    void a_v1_client_that_names_no_commands_loses_and_doubles_nothing_either() {
        TestClient other = backend.connect("other");
        assertThat(other.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
        TestClient first = connect("p1?v=1", 1, "", false)
                .send("{\"type\":\"sys.hello\",\"v\":1}")
                .readUntil("pong:E ")
                .readUntil("sys.live");
        String cursor = first.seen().stream()
                .filter(frame -> frame.startsWith("pong:E "))
                .findFirst()
                .orElseThrow()
                .substring("pong:E ".length());
        first.send("{\"n\":1}");
        assertThat(other.next()).isEqualTo("{\"n\":1}");
        first.cut();

        TestClient second = connect("p1?v=1", 2, cursor, true);
        second.send("{\"n\":1}").send("{\"n\":2}");

        assertThat(other.next()).isEqualTo("{\"n\":2}");
        assertThat(second.readUntil("pong:A 3").seen()).noneMatch(frame -> frame.contains("gw:"));
    }

    @Test
    void who_has_not_named_a_command_is_told_no_name_of_it() throws Exception {
        create("tictactoe");
        TestClient ann = connect("ann?v=1", 1, "", false)
                .send("{\"type\":\"sys.hello\",\"v\":1}")
                .readUntil("sys.live");
        backend.connect("bob");
        ann.readUntil("\"joined\"");

        ann.send("{\"type\":\"move\",\"cell\":0}");

        assertThat(ann.readUntil("\"moved\"").seen().getLast()).doesNotContain("\"cmd\"");
    }

    @Test
    void what_was_hidden_before_a_new_leg_is_no_gap_to_a_v1_client() {
        TestClient other = backend.connect("p2");
        assertThat(other.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
        TestClient first = connect("p1?v=1", 1, "", false)
                .send("{\"type\":\"sys.hello\",\"v\":1}")
                .readUntil("sys.live")
                .readUntil("pong:A 1");
        other.send("{\"n\":1}");
        String shown = first.readUntil("\"n\":1").seen().getLast();
        for (int n = 1; n <= 8; n++) {
            first.send("{\"hidden\":" + n + "}");
        }
        String cursor = lastCursor(first.readUntil("pong:C ").seen());
        first.cut();

        TestClient second = connect("p1?v=1", 10, cursor, true).readUntil("sys.live");
        other.send("{\"n\":2}");

        assertThat(second.readUntil("\"n\":2").seen().getLast())
                .contains("\"prev\":" + V1ClientTest.group(Pattern.compile("\"seq\":(\\d+)"), shown) + "}");
    }

    @Test
    void a_welcome_lost_with_its_leg_is_given_again_with_a_token_that_works() {
        TestClient lost = connect("p1?v=1", 1, "", false).send("{\"type\":\"sys.hello\",\"v\":1}");
        lost.readUntil("sys.live");
        lost.cut();

        TestClient again = connect("p1?v=1", 1, "", true).send("{\"type\":\"sys.hello\",\"v\":1}");
        String token = V1ClientTest.group(
                Pattern.compile("\"seat\":\"([^\"]+)\""),
                again.readUntil("sys.welcome").seen().getLast());

        TestClient elsewhere =
                backend.connect("p1?v=1").send("{\"type\":\"sys.hello\",\"v\":1,\"seat\":\"" + token + "\"}");
        assertThat(elsewhere.next()).contains("sys.welcome");
    }

    @Test
    void a_leg_of_a_session_that_was_replaced_does_not_take_the_seat_back() {
        TestClient old = leg("p1", 1, "");
        old.next();
        old.cut();
        TestClient newer = backend.connect("p1");
        assertThat(newer.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");

        TestClient late = leg("p1", 1, "");

        assertThat(late.awaitClose().code()).isEqualTo(4500);
        assertThat(newer.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
    }

    @Test
    void a_client_that_only_sends_goes_on_at_another_leg_however_much_it_has_sent() {
        TestClient first = leg("p1", 1, "");
        for (int n = 1; n <= 60; n++) {
            first.send("{\"n\":\"" + "x".repeat(20_000) + "\"}");
        }
        first.readUntil("pong:A 60");
        first.cut();

        TestClient second = leg("p1", 61, lastCursor(first.seen()));
        second.send("{\"n\":61}");

        second.readUntil("pong:A 61");
    }

    @Test
    void comings_and_goings_move_the_cursor_too() {
        TestClient quiet = leg("p1", 1, "");
        String before = quiet.next();
        for (int n = 0; n < 8; n++) {
            TestClient visitor = backend.connect("visitor-" + n);
            assertThat(visitor.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
            visitor.cut();
        }

        assertThat(quiet.next()).startsWith("pong:C ").isNotEqualTo(before);
    }

    private static String lastCursor(List<String> frames) {
        return frames.stream()
                .filter(frame -> frame.startsWith("pong:C "))
                .reduce((_, later) -> later)
                .orElseThrow()
                .substring("pong:C ".length());
    }

    private static void create(String rules) throws Exception {
        String body = "{\"rules\":\"" + rules + "\",\"id\":\"" + backend.game() + "\"}";
        assertThat(backend.post("/api/games", body).statusCode()).isEqualTo(201);
    }

    private TestClient leg(String player, long first, String since) {
        return connect(player, first, since, false);
    }

    private TestClient connect(String path, long first, String since, boolean speaksV1) {
        return backend.connect(
                path,
                "Holdfast-Link",
                "1",
                "Holdfast-Session",
                session,
                "Holdfast-First",
                Long.toString(first),
                "Holdfast-Since",
                since,
                "Holdfast-Protocol",
                speaksV1 ? "1" : "");
    }
}

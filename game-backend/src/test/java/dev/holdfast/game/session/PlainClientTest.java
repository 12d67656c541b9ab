package dev.holdfast.game.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PlainClientTest {
    @RegisterExtension
    static final Backend backend = new Backend("STORE_URL=memory:", "WS_MAX_MESSAGE=64KB");

    @Test
    void a_ping_is_answered_and_a_pong_ignored() {
        TestClient player = backend.connect("p1");

        player.send("{\"type\":\"pong\"}").send(" {\"type\" : \"ping\", \"at\": 5}");

        assertThat(player.next()).isEqualTo("{\"type\":\"pong\"}");
    }

    @Test
    void a_message_of_a_game_nobody_created_goes_to_all_others_as_it_is() {
        TestClient sender = seated("p1");
        TestClient other = seated("p2");
        TestClient third = seated("p3");
        TestClient elsewhere = seatedIn("elsewhere", "p1");
        String message =
                "{\"type\":\"chat\",\"n\":[1.50,1e3,-0,12345678901234567890],\"é\":\"\\u2028\",\"deep\":{\"a\":null}}";

        sender.send(message);

        assertThat(other.next()).isEqualTo(message.replace("\\u2028", "\u2028"));
        assertThat(third.next()).isEqualTo(message.replace("\\u2028", "\u2028"));
        assertThat(sender.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
        assertThat(elsewhere.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
    }

    @Test
    void messages_keep_their_order() {
        TestClient sender = seated("p1");
        TestClient other = seated("p2");

        IntStream.range(0, 1000).forEach(n -> sender.send("{\"n\":" + n + "}"));

        IntStream.range(0, 1000).forEach(n -> assertThat(other.next()).isEqualTo("{\"n\":" + n + "}"));
    }

    @Test
    void what_is_no_game_message_is_answered_with_an_error_and_nothing_is_closed() {
        TestClient player = backend.connect("p1");

        player.send("{\"type\":");
        assertThat(player.next()).startsWith("{\"type\":\"error\",\"code\":\"invalid_json\",\"message\":\"");
        player.send("[1]");
        assertThat(player.next()).contains("\"invalid_json\"", "one JSON object");
        player.send("{} {}");
        assertThat(player.next()).contains("\"invalid_json\"", "nothing after it");
        player.send("{\"a\":1,\"a\":2}");
        assertThat(player.next()).contains("\"invalid_json\"");
        player.send("{\"a\":".repeat(100) + "1" + "}".repeat(100));
        assertThat(player.next()).contains("\"invalid_json\"");
        player.send("{\"a\":\"\\ud800\"}");
        assertThat(player.next()).contains("\"invalid_json\"", "surrogate");
        player.sendBinary((byte) 1);
        assertThat(player.next()).contains("\"invalid_json\"", "Binary");
        player.send("{\"type\":7}");
        assertThat(player.next()).contains("\"invalid_type\"");
        player.send("{\"type\":\"sys.nonsense\"}");
        assertThat(player.next()).contains("\"unknown_command\"", "sys.nonsense");

        assertThat(player.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
    }

    @Test
    void the_reserved_key_never_reaches_anybody() {
        TestClient sender = seated("p1");
        TestClient other = seated("p2");

        sender.send("{\"type\":\"chat\",\"$\":{\"seq\":5},\"text\":\"hi\"}");

        assertThat(other.next()).isEqualTo("{\"type\":\"chat\",\"text\":\"hi\"}");
    }

    @Test
    void a_newer_connection_of_the_same_player_replaces_the_older_one() {
        TestClient older = seated("p1");
        TestClient newer = seated("p1");

        assertThat(older.awaitClose().code()).isEqualTo(4500);
        assertThat(newer.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
    }

    @Test
    void a_message_over_the_limit_ends_the_connection_with_1009() {
        TestClient player = seated("p1");

        player.send("{\"text\":\"" + "x".repeat(64 * 1024) + "\"}");

        assertThat(player.awaitClose().code()).isEqualTo(1009);
    }

    @Test
    void a_message_in_fragments_is_one_message_and_has_one_limit() {
        TestClient sender = seated("p1");
        TestClient other = seated("p2");

        sender.writeFragments("{\"text\":", "\"in ", "parts\"}");
        assertThat(other.next()).isEqualTo("{\"text\":\"in parts\"}");
        sender.writeFragments("{\"text\":\"" + "x".repeat(40_000), "x".repeat(40_000) + "\"}");

        assertThat(sender.awaitClose().code()).isEqualTo(1009);
    }

    @Test
    void a_protocol_ping_is_answered_with_its_payload() {
        TestClient player = seated("p1");

        player.ping("abc");

        assertThat(player.next()).isEqualTo("pong:abc");
    }

    /// Connects and waits until the seat is taken, which the answer to a ping proves.
    private static TestClient seated(String player) {
        return seatedIn(backend.game(), player);
    }

    private static TestClient seatedIn(String game, String player) {
        TestClient client = backend.connectTo(game, player);
        assertThat(client.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
        return client;
    }
}

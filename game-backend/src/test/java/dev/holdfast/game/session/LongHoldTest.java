package dev.holdfast.game.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A session that its gateway holds for longer than the seat waits.
class LongHoldTest {
    private static final String HELLO = "{\"type\":\"sys.hello\",\"v\":1}";

    @RegisterExtension
    static final Backend backend = new Backend("STORE_URL=memory:", "SEAT_GRACE=1s");

    @Test
    void a_v1_client_whose_seat_was_given_up_meanwhile_comes_again_with_its_token() {
        TestClient watcher = backend.connect("watcher?v=1").send(HELLO).readUntil("sys.live");
        TestClient held = leg(1, "", "").send(HELLO).readUntil("sys.welcome");
        String token = V1ClientTest.group(
                Pattern.compile("\"seat\":\"([^\"]+)\""), held.seen().getLast());
        String cursor = held.readUntil("pong:E ").seen().getLast().substring("pong:E ".length());
        held.readUntil("sys.live").cut();
        String presence;
        do {
            presence = watcher.nextPresence();
        } while (!presence.contains("\"p1\":\"gone\""));

        assertThat(leg(2, cursor, "1").awaitClose().code()).isEqualTo(4002);

        TestClient again =
                backend.connect("p1?v=1").send("{\"type\":\"sys.hello\",\"v\":1,\"seat\":\"" + token + "\"}");
        assertThat(again.next()).contains("sys.welcome");
    }

    private static TestClient leg(long first, String since, String protocol) {
        return backend.connect(
                "p1?v=1",
                "Holdfast-Link",
                "1",
                "Holdfast-Session",
                "held-session",
                "Holdfast-First",
                Long.toString(first),
                "Holdfast-Since",
                since,
                "Holdfast-Protocol",
                protocol);
    }
}

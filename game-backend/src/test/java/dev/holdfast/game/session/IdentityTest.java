package dev.holdfast.game.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// `SEAT_POLICY=jwt`: whom the gateway has verified sits on that player's seat and on no other.
class IdentityTest {
    private static final String HEADER = "Holdfast-Identity";

    @RegisterExtension
    static final Backend backend = new Backend("STORE_URL=memory:", "SEAT_POLICY=jwt");

    @Test
    void the_verified_player_sits_down_plain_or_v1_and_comes_back_without_a_seat_token() {
        assertThat(backend.connect("plain", HEADER, "plain").nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
        for (int time = 0; time < 2; time++) {
            TestClient ann = backend.connect("ann?v=1", HEADER, "ann")
                    .send("{\"type\":\"sys.hello\",\"v\":1}")
                    .readUntil("sys.live");
            assertThat(ann.seen().getFirst())
                    .contains("\"type\":\"sys.welcome\"")
                    .doesNotContain("\"seat\"");
        }
    }

    @Test
    void on_anothers_seat_nobody_sits_down() {
        TestClient eve = backend.connect("ann", HEADER, "eve");
        eve.send("{\"type\":\"say\",\"text\":\"I am Ann\"}");

        assertThat(eve.awaitClose().code()).isEqualTo(4502);
    }

    @Test
    void whom_the_gateway_has_not_verified_does_not_sit_down() {
        TestClient nobody = backend.connect("ann?v=1").send("{\"type\":\"sys.hello\",\"v\":1}");

        assertThat(nobody.awaitClose().code()).isEqualTo(4501);
    }
}

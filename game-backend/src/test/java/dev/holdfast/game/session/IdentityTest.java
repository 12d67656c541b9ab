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
    void who_sat_down_before_the_hello_keeps_the_seat_from_an_earlier_connections_late_one() {
        String hello = "{\"type\":\"sys.hello\",\"v\":1,\"client\":\"tab\",\"dial\":";
        TestClient second = backend.connect("tom", HEADER, "tom");
        assertThat(second.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
        second.send(hello + "2}").readUntil("sys.live");

        TestClient late = backend.connect("tom?v=1", HEADER, "tom").send(hello + "1}");

        assertThat(late.awaitClose().code()).isEqualTo(4500);
        assertThat(second.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
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

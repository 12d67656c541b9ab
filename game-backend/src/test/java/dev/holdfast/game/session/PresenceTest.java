package dev.holdfast.game.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PresenceTest {
    @RegisterExtension
    static final Backend backend = new Backend("STORE_URL=memory:", "SEAT_GRACE=60");

    @Test
    void a_v1_client_is_told_who_is_there_and_of_every_change() {
        TestClient ann = v1("ann");
        assertThat(ann.nextPresence()).isEqualTo(presence("\"ann\":\"online\""));

        TestClient bob = v1("bob");

        assertThat(bob.nextPresence()).isEqualTo(presence("\"ann\":\"online\",\"bob\":\"online\""));
        assertThat(ann.nextPresence()).isEqualTo(presence("\"bob\":\"online\""));
        bob.cut();
        assertThat(ann.nextPresence()).isEqualTo(presence("\"bob\":\"away\""));
    }

    @Test
    void one_who_comes_back_in_time_was_only_away() {
        TestClient ann = v1("ann");
        ann.nextPresence();
        TestClient bob = v1("bob");
        String token = bob.token();
        ann.nextPresence();
        bob.cut();
        assertThat(ann.nextPresence()).contains("away");

        backend.connect("bob?v=1")
                .send("{\"type\":\"sys.hello\",\"v\":1,\"seat\":\"" + token + "\"}")
                .readUntil("sys.live");

        assertThat(ann.nextPresence()).isEqualTo(presence("\"bob\":\"online\""));
    }

    @Test
    void one_who_leaves_on_purpose_is_gone_at_once() {
        TestClient ann = v1("ann");
        ann.nextPresence();
        TestClient bob = v1("bob");
        ann.nextPresence();

        bob.send("{\"type\":\"sys.leave\"}");

        assertThat(ann.nextPresence()).isEqualTo(presence("\"bob\":\"gone\""));
    }

    @Test
    void one_who_has_left_and_come_back_on_the_same_connection_is_away_when_that_is_cut() {
        TestClient ann = v1("ann");
        ann.nextPresence();
        TestClient bob = v1("bob");
        String hello = "{\"type\":\"sys.hello\",\"v\":1,\"seat\":\"" + bob.token() + "\"}";
        ann.nextPresence();
        bob.send("{\"type\":\"sys.leave\"}");
        assertThat(ann.nextPresence()).contains("gone");
        bob.send(hello).readUntil("sys.live");
        assertThat(ann.nextPresence()).contains("online");

        bob.cut();

        assertThat(ann.nextPresence()).isEqualTo(presence("\"bob\":\"away\""));
    }

    @Test
    void a_plain_client_hears_nothing_of_it() {
        TestClient plain = backend.connect("plain");
        assertThat(plain.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");

        TestClient ann = v1("ann");

        assertThat(ann.nextPresence()).contains("\"plain\":\"online\"");
        assertThat(plain.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
        assertThat(plain.presences()).isZero();
    }

    private static TestClient v1(String player) {
        return backend.connect(player + "?v=1")
                .send("{\"type\":\"sys.hello\",\"v\":1}")
                .readUntil("sys.live");
    }

    private static String presence(String players) {
        return "{\"type\":\"sys.presence\",\"players\":{" + players + "}}";
    }
}

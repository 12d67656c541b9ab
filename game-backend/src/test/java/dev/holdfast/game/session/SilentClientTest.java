package dev.holdfast.game.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SilentClientTest {
    @RegisterExtension
    static final Backend backend = new Backend("STORE_URL=memory:", "WS_PING_INTERVAL=2s");

    @Test
    void a_peer_that_answers_no_ping_is_taken_for_dead_and_one_that_does_is_not() {
        TestClient alive = backend.connect("alive");
        assertThat(alive.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");

        try (TestClient dead =
                TestClient.connectDead("ws://localhost:" + backend.port() + "/ws/" + backend.game() + "/dead")) {
            assertThat(dead.awaitClose().code()).isEqualTo(4001);
        }

        assertThat(alive.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
    }
}

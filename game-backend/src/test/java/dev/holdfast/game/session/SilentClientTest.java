package dev.holdfast.game.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.util.unit.DataSize;

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

    @Test
    void a_long_ping_interval_of_the_gateway_keeps_no_dead_peer() {
        var properties = new SessionProperties(DataSize.ofKilobytes(64), null, Duration.ofHours(1), 20, 20);

        assertThat(properties.readIdle()).isEqualTo(Duration.ofSeconds(30));
    }
}

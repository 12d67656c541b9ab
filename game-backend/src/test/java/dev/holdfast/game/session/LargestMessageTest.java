package dev.holdfast.game.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

/// The ends of what `WS_MAX_MESSAGE` may be.
class LargestMessageTest {
    @ParameterizedTest
    @ValueSource(strings = {"1KB", "16MB"})
    void a_message_as_long_as_allowed_reaches_a_v1_client(String size) {
        var backend = new Backend("STORE_URL=memory:", "WS_MAX_MESSAGE=" + size);
        backend.start();
        try (TestClient reader = backend.connect("reader?v=1");
                TestClient sender = backend.connect("sender")) {
            reader.send("{\"type\":\"sys.hello\",\"v\":1}").readUntil("sys.live");
            int most = Math.toIntExact(DataSize.parse(size).toBytes());

            sender.send("{\"n\":\"" + "x".repeat(most - "{\"n\":\"\"}".length()) + "\"}");

            assertThat(reader.next().length()).isGreaterThan(most);
        } finally {
            backend.stop();
        }
    }
}

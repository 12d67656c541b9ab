package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// `WS_PING_MODE`, where it is not `both`.
class PingModeTest {
    @Nested
    class Json {
        @RegisterExtension
        static final TestBackend backend = new TestBackend();

        @RegisterExtension
        static final TestGateway gateway =
                new TestGateway(backend.url(), "WS_PING_MODE=json", "WS_PING_INTERVAL=100ms", "WS_PING_TIMEOUT=60");

        @Test
        void pings_in_text_only() {
            TestClient client = gateway.open(backend).client();
            for (int i = 0; i < 4; i++) {
                assertThat(client.nextFrame()).isEqualTo(Frame.text("{\"type\":\"ping\"}"));
            }
        }
    }

    @Nested
    class OfFrames {
        @RegisterExtension
        static final TestBackend backend = new TestBackend();

        @RegisterExtension
        static final TestGateway gateway =
                new TestGateway(backend.url(), "WS_PING_MODE=frame", "WS_PING_INTERVAL=100ms", "WS_PING_TIMEOUT=60");

        @Test
        void pings_by_protocol_only() {
            TestClient client = gateway.open(backend).client();
            for (int i = 0; i < 4; i++) {
                Frame frame = client.nextFrame();
                assertThat(frame.opcode()).as("opcode of %s", frame).isEqualTo(Frame.PING);
            }
        }
    }
}

package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.Console;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/// A gateway that is told to stop while it still tries to reach a backend.
@ExtendWith(OutputCaptureExtension.class)
class EarlyStopTest {
    private static final TestBackend backend = new TestBackend();

    static {
        backend.down();
    }

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(backend.url(), "spring.reactor.netty.shutdown-quiet-period=2s");

    @Test
    void its_event_loops_come_to_rest(CapturedOutput output) {
        assertThat(gateway.http(gateway.request("/readyz")).statusCode()).isEqualTo(503);

        gateway.stop().join();

        assertThat(Console.text(output))
                .contains("not ready until the game-backend is")
                .doesNotContain("Failed to stop");
    }
}

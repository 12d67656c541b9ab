package dev.holdfast.gateway.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.relay.HoldOutcome;
import dev.holdfast.gateway.relay.SessionInfo;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SessionMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SessionMeters meters = new SessionMeters(registry);

    @Test
    void what_cannot_be_repaired_is_counted_and_makes_no_hold_look_short() {
        end(HoldOutcome.EXPIRED, 60);
        end(HoldOutcome.BROKEN, 0);

        assertThat(registry.get("holdfast.holds")
                        .tag("outcome", "broken")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("holdfast.hold").timer().mean(TimeUnit.SECONDS)).isEqualTo(60);
    }

    private void end(HoldOutcome outcome, long seconds) {
        SessionInfo info = new SessionInfo("id", "game", "player", "127.0.0.1", "", null, null);
        meters.holdEnded(info, outcome, TimeUnit.SECONDS.toNanos(seconds), "127.0.0.1:8081");
    }
}

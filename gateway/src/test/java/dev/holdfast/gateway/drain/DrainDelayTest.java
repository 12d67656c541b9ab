package dev.holdfast.gateway.drain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.keepalive.KeepAliveProperties;
import dev.holdfast.gateway.keepalive.PingMode;
import dev.holdfast.gateway.link.LinkProperties;
import dev.holdfast.gateway.relay.RelayProperties;
import dev.holdfast.gateway.relay.SessionObserver;
import dev.holdfast.gateway.relay.Sessions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/// A gateway without sessions: whoever sends players here has yet to notice that it is not ready.
class DrainDelayTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void it_serves_on_until_the_delay_is_over() {
        assertThat(drain(Duration.ofMinutes(4)).begin()).isNotDone();
    }

    @Test
    void then_it_leaves_at_once() {
        assertThat(drain(Duration.ofMillis(1)).begin()).succeedsWithin(Duration.ofSeconds(30));
    }

    private static Drain drain(Duration delay) {
        Sessions none = new Sessions(
                new RelayProperties(DataSize.ofKilobytes(64), 20, null, SECOND),
                new KeepAliveProperties(SECOND, SECOND, PingMode.BOTH),
                new LinkProperties(SECOND, SECOND, SECOND),
                new SessionObserver() {},
                1);
        return new Drain(new DrainProperties(delay, Duration.ofMinutes(4)), none, _ -> {});
    }
}

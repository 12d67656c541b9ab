package dev.holdfast.gateway.keepalive;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/// The rhythm of the pings on the client leg.
///
/// @param interval time between two pings of a session; each is early or late by up to a tenth. `WS_PING_INTERVAL`
/// @param timeout how long a client may stay silent after a ping before the session is closed with 4001.
/// `WS_PING_TIMEOUT`
/// @param mode what a ping is made of. `WS_PING_MODE`
@ConfigurationProperties("holdfast.ping")
public record KeepAliveProperties(
        @DefaultValue("30") @DurationUnit(ChronoUnit.SECONDS)
        Duration interval,

        @DefaultValue("10") @DurationUnit(ChronoUnit.SECONDS)
        Duration timeout,

        @DefaultValue("both") PingMode mode) {

    private static final Duration SHORTEST = Duration.ofMillis(50);
    private static final Duration LONGEST = Duration.ofHours(1);

    public KeepAliveProperties {
        requireInRange("WS_PING_INTERVAL", interval);
        requireInRange("WS_PING_TIMEOUT", timeout);
    }

    private static void requireInRange(String name, Duration value) {
        if (value.compareTo(SHORTEST) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "%s: %s (expected: %s to %s; a bare number is seconds)".formatted(name, value, SHORTEST, LONGEST));
        }
    }

    /// How often the sessions are looked at: often enough that a ping or a closing is late by a fiftieth at most.
    public Duration sweepEvery() {
        Duration shorter = interval.compareTo(timeout) < 0 ? interval : timeout;
        long millis = Math.clamp(shorter.toMillis() / 50, 5, 250);
        return Duration.ofMillis(millis);
    }
}

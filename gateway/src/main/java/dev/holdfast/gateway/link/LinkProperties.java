package dev.holdfast.gateway.link;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/// How long a client is kept while its backend leg is away, and how a leg that hangs is found out.
///
/// @param hold how long a session outlives its backend leg; 0 ends it at once. `GATEWAY_HOLD`
/// @param pingInterval time between two Ping frames on a backend leg. `BACKEND_PING_INTERVAL`
/// @param pingTimeout how long a backend may stay silent after one before its leg counts as broken.
///     `BACKEND_PING_TIMEOUT`
@ConfigurationProperties("holdfast.link")
public record LinkProperties(
        @DefaultValue("60") @DurationUnit(ChronoUnit.SECONDS)
        Duration hold,

        @DefaultValue("10") @DurationUnit(ChronoUnit.SECONDS)
        Duration pingInterval,

        @DefaultValue("5") @DurationUnit(ChronoUnit.SECONDS) Duration pingTimeout) {

    private static final Duration SHORTEST = Duration.ofMillis(50);
    private static final Duration LONGEST = Duration.ofHours(1);

    public LinkProperties {
        if (hold.isNegative() || hold.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "GATEWAY_HOLD: %s (expected: PT0S to PT1H; a bare number is seconds)".formatted(hold));
        }
        requireInRange("BACKEND_PING_INTERVAL", pingInterval);
        requireInRange("BACKEND_PING_TIMEOUT", pingTimeout);
    }

    private static void requireInRange(String name, Duration value) {
        if (value.compareTo(SHORTEST) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "%s: %s (expected: %s to %s; a bare number is seconds)".formatted(name, value, SHORTEST, LONGEST));
        }
    }
}

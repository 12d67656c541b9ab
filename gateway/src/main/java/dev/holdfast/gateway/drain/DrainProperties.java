package dev.holdfast.gateway.drain;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/// How the gateway leaves. The platform must wait longer than both together before it kills
/// (`RAILWAY_DEPLOYMENT_DRAINING_SECONDS`).
///
/// @param delay between "not ready" and the first closing, for the platform to stop sending players here.
///     `DRAIN_DELAY`
/// @param duration over which the sessions are closed. `DRAIN_DURATION`
@ConfigurationProperties("holdfast.drain")
record DrainProperties(
        @DefaultValue("5") @DurationUnit(ChronoUnit.SECONDS) Duration delay,

        @DefaultValue("20") @DurationUnit(ChronoUnit.SECONDS)
        Duration duration) {

    private static final Duration LONGEST = Duration.ofMinutes(4);

    DrainProperties {
        requireInRange("DRAIN_DELAY", delay);
        requireInRange("DRAIN_DURATION", duration);
    }

    private static void requireInRange(String name, Duration value) {
        if (value.isNegative() || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "%s: %s (expected: PT0S to %s; a bare number is seconds)".formatted(name, value, LONGEST));
        }
    }
}

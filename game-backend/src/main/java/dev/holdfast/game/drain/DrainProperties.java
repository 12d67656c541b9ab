package dev.holdfast.game.drain;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/// The drain.
///
/// @param duration how long to wait for sessions and mailboxes to end, then they are cut
@ConfigurationProperties("holdfast.drain")
record DrainProperties(
        @DefaultValue("20s") @DurationUnit(ChronoUnit.SECONDS)
        Duration duration) {
    private static final Duration LONGEST = Duration.ofMinutes(10);

    DrainProperties {
        if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("duration: " + duration + " (expected: a duration from 0 to 10m)");
        }
    }
}

package dev.holdfast.game.seat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/// Seats.
///
/// @param policy who may sit where
/// @param grace how long a lost connection's seat waits for its player before the player has left
@ConfigurationProperties("holdfast.seat")
public record SeatProperties(
        @DefaultValue("claim") SeatPolicy policy,

        @DefaultValue("60s") @DurationUnit(ChronoUnit.SECONDS)
        Duration grace) {
    public SeatProperties {
        if (grace.isNegative() || grace.isZero()) {
            throw new IllegalArgumentException("grace: " + grace + " (expected: a duration over 0, such as 60 or 2m)");
        }
    }
}

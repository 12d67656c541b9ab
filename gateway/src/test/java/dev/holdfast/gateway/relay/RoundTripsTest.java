package dev.holdfast.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundTripsTest {
    private final RoundTrips roundTrips = new RoundTrips();

    @Test
    void without_one_there_is_nothing_to_say() {
        assertThat(roundTrips.median()).isZero();
        assertThat(roundTrips.largest()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 999, 1_000, 15_000, 83_000, 12_345_678, 3_000_000_000L, 100_000_000_000L})
    void of_one_the_median_is_about_that_one(long nanos) {
        roundTrips.add(nanos);

        assertThat(roundTrips.largest()).isEqualTo(Duration.ofNanos(nanos));
        assertThat((double) roundTrips.median().toNanos()).isBetween(0.8 * nanos - 1, 1.0 * nanos);
    }

    @Test
    void the_median_is_within_a_fifth_however_many_there_are() {
        SplittableRandom random = new SplittableRandom(7);
        long[] all = random.longs(10_001, 10_000, 300_000_000).toArray();
        for (long nanos : all) {
            roundTrips.add(nanos);
        }
        Arrays.sort(all);

        assertThat(roundTrips.median().toNanos() / (double) all[all.length / 2]).isBetween(0.8, 1.2);
        assertThat(roundTrips.largest().toNanos()).isEqualTo(all[all.length - 1]);
    }

    @Test
    void longer_than_it_can_tell_is_told_as_the_longest() {
        roundTrips.add(Duration.ofHours(1).toNanos());

        assertThat(roundTrips.largest()).isEqualTo(Duration.ofHours(1));
        assertThat(roundTrips.median()).isGreaterThan(Duration.ofMinutes(1));
    }
}

package dev.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// A minute of faults at random. To repeat a run: `-Dchaos.seed=` with the seed that it printed.
class ChaosIT {
    @Test
    void nothing_is_lost_or_doubled_in_a_minute_of_faults_at_random() {
        long seed = Long.getLong("chaos.seed", System.nanoTime());
        assertThat(new Chaos(Duration.ofSeconds(60), seed).run())
                .as("seed %d", seed)
                .isEmpty();
    }
}

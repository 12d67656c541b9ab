package dev.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Every fault in an order drawn from a seed, for at least a minute; another order with `-Dchaos.seed=`.
class ChaosIT {
    @Test
    void nothing_is_lost_or_doubled_in_a_minute_of_faults_at_random() {
        long seed = Long.getLong("chaos.seed", 1);
        assertThat(new Chaos(Duration.ofSeconds(60), seed).run())
                .as("seed %d", seed)
                .isEmpty();
    }
}

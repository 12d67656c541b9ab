package dev.holdfast.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final int PER_SECOND = 10;
    private static final int SAVED = 40;

    private final Pace pace = new Pace(PER_SECOND, 0);

    @Test
    void what_was_saved_up_may_come_at_once() {
        pace.spend(SAVED, 0);
        assertThat(pace.debtNanos(0)).isZero();

        pace.spend(1, 0);
        assertThat(pace.debtNanos(0)).isEqualTo(nanos(0.1));
        assertThat(pace.debtNanos(nanos(0.1))).isZero();
    }

    @Test
    void no_more_is_saved_up_than_that() {
        pace.spend(SAVED, nanos(1000));
        pace.spend(1, nanos(1000));

        assertThat(pace.debtNanos(nanos(1000))).isEqualTo(nanos(0.1));
    }

    @Test
    void a_debt_alone_is_no_reason_to_close() {
        pace.spend(SAVED + 1, 0);

        assertThat(pace.isExceeded(nanos(9.9))).isFalse();
    }

    @Test
    void a_client_that_goes_on_at_the_limit_has_ten_seconds() {
        pace.spend(SAVED + 1, 0);
        for (int tenth = 1; tenth < 100; tenth++) {
            pace.spend(1, nanos(tenth / 10.0));
            assertThat(pace.isExceeded(nanos(tenth / 10.0)))
                    .as("after %d/10 s", tenth)
                    .isFalse();
        }
        pace.spend(1, nanos(10));

        assertThat(pace.isExceeded(nanos(10))).isTrue();
    }

    @Test
    void a_client_that_saves_up_again_is_forgiven() {
        pace.spend(SAVED + 1, 0);
        assertThat(pace.isExceeded(nanos(2.2))).isFalse();
        pace.spend(SAVED, nanos(2.2));
        pace.spend(SAVED, nanos(12.1));

        assertThat(pace.isExceeded(nanos(12.1))).isFalse();
    }

    @Test
    void one_read_that_would_take_too_long_to_pay_for_is_enough() {
        pace.spend(SAVED + 10 * PER_SECOND, 0);
        assertThat(pace.isExceeded(0)).isFalse();

        pace.spend(1, 0);
        assertThat(pace.isExceeded(0)).isTrue();
    }

    @Test
    void what_had_to_wait_since_it_was_not_read_is_not_held_against_the_client() {
        pace.spend(SAVED, 0);
        pace.pardon(nanos(30));
        pace.spend(30 * PER_SECOND, nanos(30));
        assertThat(pace.debtNanos(nanos(30))).isZero();

        // Nor is it left over for later
        pace.spend(SAVED + 1, nanos(60));
        assertThat(pace.debtNanos(nanos(60))).isEqualTo(nanos(0.1));
    }

    @Test
    void what_was_saved_up_before_is_still_there_after_a_wait() {
        pace.pardon(nanos(30));
        pace.spend(SAVED + 30 * PER_SECOND + 1, nanos(30));

        assertThat(pace.debtNanos(nanos(30))).isEqualTo(nanos(0.1));
    }

    private static long nanos(double seconds) {
        return (long) (seconds * Duration.ofSeconds(1).toNanos());
    }
}

package dev.holdfast.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RequestsTest {
    private static final String HOME = "203.0.113.7";
    private static final int HANDSHAKES = 2;
    private static final int READS = HANDSHAKES * Requests.PER_HANDSHAKE * Rate.SAVED_SECONDS;
    private static final int CHANGES = HANDSHAKES * Rate.SAVED_SECONDS;

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private final Requests requests = new Requests(new LimitsProperties(1, 1, HANDSHAKES), 1, nanos::get);

    @Test
    void an_address_may_change_things_as_often_as_it_may_open_sessions() {
        for (int i = 0; i < CHANGES; i++) {
            answer(requests.arrive(HOME, true));
        }
        assertThat(requests.arrive(HOME, true))
                .isEqualTo(new Verdict.Refused(Limit.TOO_MANY_REQUESTS, Duration.ofMillis(500)));
        assertThat(requests.arrive(HOME, false)).isInstanceOf(Verdict.Refused.class);
        answer(requests.arrive("203.0.113.8", true));

        nanos.addAndGet(Duration.ofMillis(500).toNanos());
        answer(requests.arrive(HOME, true));
        assertThat(requests.arrive(HOME, true)).isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void it_may_read_ten_times_as_often() {
        for (int i = 0; i < READS; i++) {
            answer(requests.arrive(HOME, false));
        }
        assertThat(requests.arrive(HOME, false))
                .isEqualTo(new Verdict.Refused(Limit.TOO_MANY_REQUESTS, Duration.ofMillis(50)));
    }

    @Test
    void it_may_read_while_it_has_too_little_left_to_change_something() {
        for (int i = 0; i < READS - 1; i++) {
            answer(requests.arrive(HOME, false));
        }
        assertThat(requests.arrive(HOME, true)).isInstanceOf(Verdict.Refused.class);
        answer(requests.arrive(HOME, false));
    }

    @Test
    void who_waits_for_its_share_of_answers_gets_no_more_of_them() {
        Verdict first = requests.arrive(HOME, false);
        assertThat(requests.arrive(HOME, false))
                .isEqualTo(new Verdict.Refused(Limit.TOO_MANY_AT_ONCE, Duration.ofSeconds(2)));
        answer(requests.arrive("203.0.113.8", false));

        answer(first);
        answer(requests.arrive(HOME, false));
    }

    private static void answer(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Admitted.class);
        ((Verdict.Admitted) verdict).place().giveBack();
    }
}

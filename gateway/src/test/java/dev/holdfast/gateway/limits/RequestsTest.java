package dev.holdfast.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RequestsTest {
    private static final String HOME = "203.0.113.7";
    private static final int HANDSHAKES = 2;
    private static final int READS = HANDSHAKES * Requests.PER_HANDSHAKE * Rate.SAVED_SECONDS;
    private static final int TICKETS = HANDSHAKES * Rate.SAVED_SECONDS;

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private final Requests requests = new Requests(new LimitsProperties(1, 1, HANDSHAKES), 1, nanos::get);

    @Test
    void an_address_may_ask_for_tickets_as_often_as_it_may_open_sessions() {
        for (int i = 0; i < TICKETS; i++) {
            answer(requests.arrive(HOME, Requests.Kind.TICKET));
        }
        assertThat(requests.arrive(HOME, Requests.Kind.TICKET))
                .isEqualTo(new Verdict.Refused(Limit.TOO_MANY_REQUESTS, Duration.ofMillis(500)));
        assertThat(requests.arrive(HOME, Requests.Kind.READ)).isInstanceOf(Verdict.Refused.class);
        answer(requests.arrive("203.0.113.8", Requests.Kind.TICKET));

        nanos.addAndGet(Duration.ofMillis(500).toNanos());
        answer(requests.arrive(HOME, Requests.Kind.TICKET));
        assertThat(requests.arrive(HOME, Requests.Kind.TICKET)).isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void it_may_make_a_game_a_second_and_some_at_once_while_it_goes_on_reading() {
        var requests = new Requests(new LimitsProperties(1, 1, 20), 1, nanos::get);
        for (int i = 0; i < 20; i++) {
            answer(requests.arrive(HOME, Requests.Kind.GAME));
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(requests.arrive(HOME, Requests.Kind.GAME))
                    .isEqualTo(new Verdict.Refused(Limit.TOO_MANY_REQUESTS, Duration.ofSeconds(1)));
        }
        answer(requests.arrive(HOME, Requests.Kind.READ));
        answer(requests.arrive(HOME, Requests.Kind.TICKET));
        answer(requests.arrive("203.0.113.8", Requests.Kind.GAME));

        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        answer(requests.arrive(HOME, Requests.Kind.GAME));
        assertThat(requests.arrive(HOME, Requests.Kind.GAME)).isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void it_may_read_ten_times_as_often() {
        for (int i = 0; i < READS; i++) {
            answer(requests.arrive(HOME, Requests.Kind.READ));
        }
        assertThat(requests.arrive(HOME, Requests.Kind.READ))
                .isEqualTo(new Verdict.Refused(Limit.TOO_MANY_REQUESTS, Duration.ofMillis(50)));
    }

    @Test
    void it_may_read_while_it_has_too_little_left_for_a_ticket() {
        for (int i = 0; i < READS - 1; i++) {
            answer(requests.arrive(HOME, Requests.Kind.READ));
        }
        assertThat(requests.arrive(HOME, Requests.Kind.TICKET)).isInstanceOf(Verdict.Refused.class);
        answer(requests.arrive(HOME, Requests.Kind.READ));
    }

    @Test
    void who_waits_for_its_share_of_answers_gets_no_more_of_them() {
        Verdict first = requests.arrive(HOME, Requests.Kind.READ);
        assertThat(requests.arrive(HOME, Requests.Kind.READ))
                .isEqualTo(new Verdict.Refused(Limit.TOO_MANY_AT_ONCE, Duration.ofSeconds(2)));
        answer(requests.arrive("203.0.113.8", Requests.Kind.READ));

        answer(first);
        answer(requests.arrive(HOME, Requests.Kind.READ));
    }

    @Test
    void what_the_gateway_answers_itself_counts_as_read_and_holds_no_share_of_answers() {
        Verdict underWay = requests.arrive(HOME, Requests.Kind.READ);
        for (int i = 1; i < READS; i++) {
            assertThat(requests.arrive(HOME)).isEmpty();
        }
        assertThat(requests.arrive(HOME)).contains(new Verdict.Refused(Limit.TOO_MANY_REQUESTS, Duration.ofMillis(50)));
        assertThat(requests.arrive("203.0.113.8")).isEmpty();
        assertThat(requests.arrive("127.0.0.1")).isEmpty();

        answer(underWay);
        nanos.addAndGet(Duration.ofMillis(50).toNanos());
        answer(requests.arrive(HOME, Requests.Kind.READ));
        assertThat(requests.arrive(HOME)).isPresent();
    }

    private static void answer(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Admitted.class);
        ((Verdict.Admitted) verdict).place().giveBack();
    }
}

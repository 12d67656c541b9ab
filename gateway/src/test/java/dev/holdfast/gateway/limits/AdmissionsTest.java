package dev.holdfast.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionsTest {
    private static final String HOME = "203.0.113.7";
    private static final int PER_SECOND = 5;
    private static final int BURST = PER_SECOND * Rate.SAVED_SECONDS;

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private final Admissions admissions = new Admissions(new LimitsProperties(1, 1, PER_SECOND), 1, nanos::get);

    @Test
    void an_address_has_some_seconds_of_handshakes_saved_and_then_its_rate() {
        for (int i = 0; i < BURST; i++) {
            assertThat(admissions.arrive(HOME)).isEmpty();
        }
        assertThat(admissions.arrive(HOME).orElseThrow().retryAfter()).isEqualTo(Duration.ofMillis(200));
        assertThat(admissions.arrive("203.0.113.8")).isEmpty();

        nanos.addAndGet(Duration.ofMillis(199).toNanos());
        assertThat(admissions.arrive(HOME)).isPresent();
        nanos.addAndGet(Duration.ofMillis(1).toNanos());
        assertThat(admissions.arrive(HOME)).isEmpty();
        assertThat(admissions.arrive(HOME)).isPresent();
    }

    @Test
    void a_long_rest_saves_no_more_than_the_burst() {
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        admissions.arrive(HOME);
        nanos.addAndGet(Duration.ofSeconds(9).toNanos());
        int passed = 0;
        while (passed <= BURST && admissions.arrive(HOME).isEmpty()) {
            passed++;
        }
        assertThat(passed).isEqualTo(BURST);
    }

    @Test
    void the_networks_of_an_ipv6_48_have_eight_times_the_rate_of_one() {
        int passed = 0;
        while (passed <= 9 * BURST
                && admissions.arrive("2001:db8:1:%x::1".formatted(passed % 9)).isEmpty()) {
            passed++;
        }
        assertThat(passed).isEqualTo(8 * BURST);
        assertThat(admissions.arrive("2001:db8:2::1")).isEmpty();

        nanos.addAndGet(Duration.ofMillis(200).toNanos());
        for (int i = 0; i < 8; i++) {
            assertThat(admissions.arrive("2001:db8:1:%x::1".formatted(i))).isEmpty();
        }
        assertThat(admissions.arrive("2001:db8:1:9::1")).isPresent();
    }

    @Test
    void loopback_is_never_too_fast() {
        for (int i = 0; i < 10 * BURST; i++) {
            assertThat(admissions.arrive("127.0.0.1")).isEmpty();
        }
    }

    @Test
    void a_place_is_given_back_once() {
        Place place = ((Verdict.Admitted) admissions.reserve(HOME)).place();
        assertThat(admissions.inside()).isEqualTo(1);
        place.giveBack();
        place.giveBack();
        assertThat(admissions.inside()).isZero();
    }

    @Test
    void a_refusal_takes_no_place() {
        Place place = ((Verdict.Admitted) admissions.reserve(HOME)).place();
        assertThat(admissions.reserve(HOME))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.limit()).isEqualTo(Limit.TOO_MANY_SESSIONS));
        assertThat(admissions.reserve("203.0.113.8"))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.limit()).isEqualTo(Limit.GATEWAY_FULL));
        place.giveBack();
        assertThat(admissions.reserve("203.0.113.8")).isInstanceOf(Verdict.Admitted.class);
    }

    @Test
    void the_networks_of_an_ipv6_48_have_eight_times_the_places_of_one() {
        Admissions roomy = new Admissions(new LimitsProperties(100, 1, PER_SECOND), 100, nanos::get);
        List<Place> taken = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            taken.add(((Verdict.Admitted) roomy.reserve("2001:db8:1:%x::1".formatted(i))).place());
        }
        assertThat(roomy.reserve("2001:db8:1:9::1"))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.limit()).isEqualTo(Limit.TOO_MANY_SESSIONS));
        assertThat(roomy.reserve("2001:db8:2:9::1")).isInstanceOf(Verdict.Admitted.class);
        assertThat(roomy.inside()).isEqualTo(9);

        taken.getFirst().giveBack();
        assertThat(roomy.reserve("2001:db8:1:9::1")).isInstanceOf(Verdict.Admitted.class);
        assertThat(roomy.reserve("2001:db8:1:a::1")).isInstanceOf(Verdict.Refused.class);
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8:1:2::1, 2001:db8:1:2:ffff::9, true",
        "2001:db8:1:2::1, 2001:db8:1:3::1, false",
        "203.0.113.7, 203.0.113.7, true",
        "203.0.113.7, 203.0.113.8, false"
    })
    void an_ipv4_address_and_an_ipv6_64_share_a_limit(String one, String other, boolean shared) {
        assertThat(Places.networkOf(one).equals(Places.networkOf(other))).isEqualTo(shared);
    }

    @ParameterizedTest
    @CsvSource({"20000, 20000, 9750", "5000, 20000, 5000", "20000, 1048576, 20000", "20000, 100, 1"})
    void there_is_no_more_room_than_open_files_allow(int wanted, long openFiles, int most) {
        assertThat(LimitsConfiguration.mostSessions(wanted, openFiles)).isEqualTo(most);
    }
}

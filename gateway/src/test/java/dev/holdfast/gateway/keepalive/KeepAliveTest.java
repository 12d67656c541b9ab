package dev.holdfast.gateway.keepalive;

import static dev.holdfast.gateway.keepalive.KeepAlive.Due.CLOSE;
import static dev.holdfast.gateway.keepalive.KeepAlive.Due.NOTHING;
import static dev.holdfast.gateway.keepalive.KeepAlive.Due.PING;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class KeepAliveTest {
    private static final KeepAliveProperties PROPERTIES =
            new KeepAliveProperties(Duration.ofSeconds(30), Duration.ofSeconds(10), PingMode.BOTH);
    /// Half of the generator's range: exactly the interval.
    private static final RandomGenerator NO_JITTER = () -> Long.MIN_VALUE;

    private final KeepAlive keepAlive = new KeepAlive(PROPERTIES, NO_JITTER, 0);
    private int heard;

    @Test
    void a_ping_is_due_an_interval_after_the_opening_and_after_each_ping() {
        assertThat(at(29.9)).isEqualTo(NOTHING);
        assertThat(at(30.1)).isEqualTo(PING);
        assertThat(at(30.2)).isEqualTo(NOTHING);
        assertThat(at(60.2)).isEqualTo(PING);
    }

    @Test
    void a_client_that_stays_silent_after_a_ping_is_given_up_when_the_timeout_is_over() {
        keepAlive.pinged(nanos(30), heard);

        assertThat(at(39.9)).isEqualTo(PING);
        assertThat(at(40)).isEqualTo(CLOSE);
    }

    @Test
    void anything_heard_after_the_ping_is_life() {
        keepAlive.pinged(nanos(30), heard);
        heard++;

        assertThat(at(41)).isNotEqualTo(CLOSE);
    }

    @Test
    void what_was_heard_before_the_ping_does_not_count() {
        heard++;
        keepAlive.pinged(nanos(30), heard);

        at(30.1);
        assertThat(at(40)).isEqualTo(CLOSE);
    }

    @Test
    void a_second_unanswered_ping_does_not_prolong_the_wait() {
        keepAlive.pinged(nanos(30), heard);
        keepAlive.pinged(nanos(38), heard);

        at(38);
        assertThat(at(40)).isEqualTo(CLOSE);
    }

    @Test
    void a_client_that_is_not_read_is_not_judged() {
        keepAlive.pinged(nanos(30), heard);

        assertThat(keepAlive.due(nanos(45), false, heard)).isNotEqualTo(CLOSE);
        assertThat(at(54)).isNotEqualTo(CLOSE);
        assertThat(at(55)).isEqualTo(CLOSE);
    }

    @Test
    void the_time_of_a_ping_does_not_run_as_long_as_what_is_before_it_arrives() {
        keepAlive.pinged(nanos(30), heard);
        keepAlive.delivered(nanos(30.2), 1_000, 5_000);
        keepAlive.delivered(nanos(39), 2_000, 5_500);
        assertThat(at(41)).isNotEqualTo(CLOSE);
        keepAlive.delivered(nanos(45), 2_000, 6_000);

        assertThat(at(48.9)).isNotEqualTo(CLOSE);
        assertThat(at(49)).isEqualTo(CLOSE);
    }

    @Test
    void what_arrives_after_the_ping_is_no_life() {
        keepAlive.pinged(nanos(30), heard);
        keepAlive.delivered(nanos(30.2), 1_000, 5_000);
        keepAlive.delivered(nanos(35), 5_000, 9_000);
        assertThat(keepAlive.isUnderWay(heard)).isFalse();
        keepAlive.pinged(nanos(40), heard);
        assertThat(keepAlive.isUnderWay(heard)).isFalse();

        at(40);
        assertThat(at(44.9)).isNotEqualTo(CLOSE);
        assertThat(at(45)).isEqualTo(CLOSE);
    }

    @Test
    void a_ping_that_is_there_when_it_is_asked_has_the_timeout_from_its_writing() {
        keepAlive.pinged(nanos(30), heard);
        assertThat(keepAlive.isUnderWay(heard)).isTrue();
        keepAlive.delivered(nanos(30.2), 5_000, 5_000);
        assertThat(keepAlive.isUnderWay(heard)).isFalse();

        at(30.2);
        assertThat(at(40)).isEqualTo(CLOSE);
    }

    /// Bytes count from the moment at which they wait to be sent, with what their buffers cost.
    @Test
    void a_ping_is_there_too_when_less_was_sent_before_it_than_it_seemed() {
        keepAlive.pinged(nanos(30), heard);
        keepAlive.delivered(nanos(30.2), 1_000, 5_000);
        keepAlive.delivered(nanos(35), 4_500, 4_500);
        assertThat(keepAlive.isUnderWay(heard)).isFalse();
    }

    @Test
    void how_far_a_ping_has_come_does_not_matter_when_something_was_heard() {
        assertThat(keepAlive.isUnderWay(heard)).isFalse();
        keepAlive.pinged(nanos(30), heard);
        heard++;
        assertThat(keepAlive.isUnderWay(heard)).isFalse();
    }

    @Test
    void only_the_first_answer_to_a_ping_tells_the_round_trip() {
        assertThat(keepAlive.answered(nanos(1))).isEqualTo(-1);
        keepAlive.pinged(nanos(30), heard);

        assertThat(keepAlive.answered(nanos(30.25))).isEqualTo(nanos(0.25));
        assertThat(keepAlive.answered(nanos(30.5))).isEqualTo(-1);
    }

    @Test
    void sessions_opened_together_are_not_pinged_together() {
        RandomGenerator earliest = () -> 0L;
        RandomGenerator latest = () -> -1L;

        assertThat(new KeepAlive(PROPERTIES, earliest, 0).due(nanos(27), true, heard))
                .isEqualTo(PING);
        assertThat(new KeepAlive(PROPERTIES, latest, 0).due(nanos(32.9), true, heard))
                .isEqualTo(NOTHING);
        assertThat(new KeepAlive(PROPERTIES, latest, 0).due(nanos(33), true, heard))
                .isEqualTo(PING);
    }

    private KeepAlive.Due at(double seconds) {
        return keepAlive.due(nanos(seconds), true, heard);
    }

    private static long nanos(double seconds) {
        return (long) (seconds * 1e9);
    }
}

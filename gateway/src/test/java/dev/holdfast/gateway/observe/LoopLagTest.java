package dev.holdfast.gateway.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MockClock;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two loops whose time is the test's.
class LoopLagTest {
    private static final Duration STEP = Duration.ofMillis(100);

    private final MockClock clock = new MockClock();
    private final EmbeddedChannel one = new EmbeddedChannel();
    private final EmbeddedChannel two = new EmbeddedChannel();
    private LoopLag lag = new LoopLag(List.of(), clock);

    @BeforeEach
    void start() {
        Stream.of(one, two).forEach(EmbeddedChannel::freezeTime);
        lag = new LoopLag(List.of(one.eventLoop(), two.eventLoop()), clock);
    }

    @Test
    void loops_that_are_in_time_have_none() {
        for (int seconds = 0; seconds < 100; seconds++) {
            pass(Duration.ofSeconds(1), one, two);
            assertThat(lag.seconds()).isZero();
        }
    }

    @Test
    void a_loop_that_stands_still_has_it_from_when_it_was_due() {
        pass(LoopLag.INTERVAL, two);
        assertThat(lag.seconds()).isZero();

        pass(Duration.ofMillis(2_500), two);
        assertThat(lag.seconds()).isEqualTo(2.5);
    }

    @Test
    void what_is_over_is_remembered_for_the_next_scrape_and_then_forgotten() {
        Duration stalled = Duration.ofMillis(3_500);
        pass(stalled, two);
        run(one, stalled);
        assertThat(lag.seconds()).isEqualTo(2.5);

        pass(LoopLag.REMEMBERED.dividedBy(2), one, two);
        assertThat(lag.seconds()).isEqualTo(2.5);
        pass(LoopLag.REMEMBERED.dividedBy(2), one, two);
        assertThat(lag.seconds()).isZero();
    }

    /// Step by step, on these loops alone.
    private void pass(Duration time, EmbeddedChannel... running) {
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(STEP)) {
            clock.add(STEP);
            for (EmbeddedChannel loop : running) {
                run(loop, STEP);
            }
        }
    }

    private static void run(EmbeddedChannel loop, Duration time) {
        loop.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        loop.runScheduledPendingTasks();
    }
}

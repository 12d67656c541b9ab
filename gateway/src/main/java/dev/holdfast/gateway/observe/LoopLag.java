package dev.holdfast.gateway.observe;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.TimeWindowMax;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/// How long event loops let their sessions wait: each has a beat a second, which says how late it comes. One that is
/// overdue counts while it is, since a loop that stands still says nothing itself; the management port, which has loops
/// of its own, would look well all the time.
final class LoopLag {
    static final Duration INTERVAL = Duration.ofSeconds(1);

    /// Longer than between two scrapes; forgotten third by third.
    static final Duration REMEMBERED = Duration.ofMinutes(1);

    private static final int PARTS = 3;

    private final Clock clock;
    private final TimeWindowMax worstNanos;
    private final List<Beat> beats;

    LoopLag(Iterable<EventExecutor> loops, Clock clock) {
        this.clock = clock;
        worstNanos = new TimeWindowMax(clock, REMEMBERED.dividedBy(PARTS).toMillis(), PARTS);
        beats = StreamSupport.stream(loops.spliterator(), false).map(Beat::new).toList();
    }

    /// The longest of all loops, within a minute or now.
    double seconds() {
        double overdueNanos = beats.stream().mapToDouble(Beat::lateNanos).max().orElse(0);
        return Math.max(worstNanos.poll(), overdueNanos) / Duration.ofSeconds(1).toNanos();
    }

    private final class Beat implements Runnable {
        private volatile long dueNanos = clock.monotonicTime() + INTERVAL.toNanos();

        Beat(EventExecutor loop) {
            loop.scheduleWithFixedDelay(this, INTERVAL.toNanos(), INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
        }

        /// Negative while it is not due.
        long lateNanos() {
            return clock.monotonicTime() - dueNanos;
        }

        @Override
        public void run() {
            worstNanos.record((double) Math.max(0, lateNanos()));
            dueNanos = clock.monotonicTime() + INTERVAL.toNanos();
        }
    }
}

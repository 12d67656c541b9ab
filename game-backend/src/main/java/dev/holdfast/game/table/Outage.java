package dev.holdfast.game.table;

import dev.holdfast.game.log.GameId;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;

/// Says once that the store fails and once that it does no longer, whichever of thousands of games found it out. Each
/// failure is in the meters. Safe from any thread.
final class Outage {
    /// So long without a failure, and it is over: while some attempts fail and others do not, it goes on.
    static final Duration QUIET = Duration.ofSeconds(10);

    private static final Logger logger = LoggerFactory.getLogger(Outage.class);

    private final Scheduler time;
    private final AtomicLong failures = new AtomicLong();
    private volatile long lastMillis;

    Outage(Scheduler time) {
        this.time = time;
    }

    /// @param what the store has not done
    void failed(GameId game, String what, Throwable failure) {
        lastMillis = time.now(TimeUnit.MILLISECONDS);
        if (failures.getAndIncrement() == 0) {
            logger.warn(
                    "the store fails: {} of game {}: {}; further failures are counted in holdfast_store_failures_total",
                    what,
                    game,
                    failure.toString());
        }
    }

    /// The store has done what it was asked for.
    void succeeded() {
        if (failures.get() > 0 && time.now(TimeUnit.MILLISECONDS) - lastMillis >= QUIET.toMillis()) {
            long count = failures.getAndSet(0);
            if (count > 0) {
                logger.warn("the store does what it is asked for again, after {} failures", count);
            }
        }
    }
}

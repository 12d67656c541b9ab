package dev.holdfast.gateway.handshake;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.holdfast.gateway.observe.Printable;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// A line for each client that is turned away, under one logger, `holdfast.refusal`: whose it was, and the words of the
/// answer, which no page can read. What comes from outside is escaped. Of each outcome a few lines a second
/// are written, so that a flood fills no disk; the next one says how many were left out. Safe for all threads.
final class RefusalLog {
    static final int LINES_PER_SECOND = 5;

    private static final Logger LOG = LoggerFactory.getLogger("holdfast.refusal");
    private static final int LONGEST_TEXT = 500;

    private final Ticker clock;
    /// By outcome, which is one of a closed set.
    private final Map<String, Lines> written = new ConcurrentHashMap<>();

    /// @param clock nanoseconds, as of [System#nanoTime]
    RefusalLog(Ticker clock) {
        this.clock = clock;
    }

    /// One that asked for a session.
    ///
    /// @param outcome as in the metrics
    void refused(UpgradeRequest request, String address, String outcome, String reason) {
        write(outcome, reason, address, request.origin(), request);
    }

    /// One that asked for something else, or for nothing yet.
    ///
    /// @param origin empty if it named none
    void refused(Refusal refusal, String address, String origin) {
        write(refusal.error(), refusal.message(), address, origin, null);
    }

    private void write(String outcome, String reason, String address, String origin, @Nullable UpgradeRequest session) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        int leftOut = written.computeIfAbsent(outcome, _ -> new Lines()).next(clock.read());
        if (leftOut == Lines.NONE) {
            return;
        }
        LoggingEventBuilder line = LOG.atInfo().addKeyValue("outcome", outcome);
        if (session != null) {
            line = line.addKeyValue("game", text(session.game())).addKeyValue("player", text(session.player()));
        }
        line.addKeyValue("address", address)
                .addKeyValue("origin", text(origin))
                .addKeyValue("reason", text(reason))
                .addKeyValue("left_out", leftOut)
                .log("refuse");
    }

    private static String text(String value) {
        return Printable.of(value.length() > LONGEST_TEXT ? value.substring(0, LONGEST_TEXT) : value);
    }

    /// Those of one outcome.
    private static final class Lines {
        /// Not now.
        static final int NONE = -1;

        private static final long SECOND = Duration.ofSeconds(1).toNanos();

        private long secondBeganNanos;
        private int inSecond;
        private int leftOut;

        /// @return how many were left out before this one, or [#NONE] if it is left out too
        synchronized int next(long nowNanos) {
            if (inSecond == 0 || nowNanos - secondBeganNanos >= SECOND) {
                secondBeganNanos = nowNanos;
                inSecond = 0;
            }
            if (inSecond == LINES_PER_SECOND) {
                leftOut++;
                return NONE;
            }
            inSecond++;
            int before = leftOut;
            leftOut = 0;
            return before;
        }
    }
}

package dev.holdfast.game.session;

import java.time.Duration;

/// What one connection may send: so many messages a second, of which it may save up a few seconds' worth, as a client
/// does that sends again after a break. A token bucket, of one thread at a time.
final class Allowance {
    private static final int SAVED_SECONDS = 4;
    private static final long NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

    private final long nanosPerMessage;
    private final long mostSavedNanos;
    private long spentUpToNanos;

    /// @param perSecond messages
    Allowance(int perSecond, long nowNanos) {
        this(NANOS_PER_SECOND / perSecond, SAVED_SECONDS * NANOS_PER_SECOND, nowNanos);
    }

    /// One for something else than messages.
    Allowance(long nanosPerMessage, long mostSavedNanos, long nowNanos) {
        this.nanosPerMessage = nanosPerMessage;
        this.mostSavedNanos = mostSavedNanos;
        spentUpToNanos = nowNanos - mostSavedNanos;
    }

    /// Takes one message's worth if there is one.
    ///
    /// @return how long until there is one, in nanoseconds; 0 or less if it was taken
    long take(long nowNanos) {
        spentUpToNanos = Math.max(spentUpToNanos, nowNanos - mostSavedNanos);
        long wait = spentUpToNanos + nanosPerMessage - nowNanos;
        if (wait <= 0) {
            spentUpToNanos += nanosPerMessage;
        }
        return wait;
    }

    /// Takes so many messages' worth, a second's at most, and on credit if there is less.
    void takeOnCredit(long messages, long nowNanos) {
        long nanos = Math.min(messages * nanosPerMessage, NANOS_PER_SECOND);
        spentUpToNanos = Math.max(spentUpToNanos, nowNanos - mostSavedNanos) + nanos;
    }

    /// How long until what was taken on credit is paid, 0 if nothing was.
    long debtNanos(long nowNanos) {
        return Math.max(0, spentUpToNanos - nowNanos);
    }
}

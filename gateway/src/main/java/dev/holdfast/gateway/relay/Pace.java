package dev.holdfast.gateway.relay;

import java.time.Duration;

/// How fast one client may send: a token bucket of messages, pings and pongs among them. What was read is paid for
/// afterwards, so a read may leave a debt; as long as there is one, nothing more is read. A client that goes on like
/// this is let go.
///
/// Owned by one event loop.
final class Pace {
    /// What may be saved up, as by a client that sends again after a break.
    static final Duration SAVED = Duration.ofSeconds(4);
    /// The largest debt, and how long a client may go without saving up anything to speak of.
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final long NEVER = Long.MAX_VALUE;

    private final long messageNanos;
    /// Up to when messages are paid for; in the future while there is a debt.
    private long spentUpToNanos;
    /// What may be saved up beyond [#SAVED]: the time in which the client was not read, and what it sent had to wait.
    private long pardonedNanos;
    /// Since when there has been a debt again and again, with less than half of [#SAVED] between.
    private long inDebtSinceNanos = NEVER;

    /// @param perSecond messages
    Pace(int perSecond, long nowNanos) {
        messageNanos = Duration.ofSeconds(1).toNanos() / perSecond;
        spentUpToNanos = nowNanos - SAVED.toNanos();
    }

    /// Pays for messages that were read.
    void spend(int messages, long nowNanos) {
        long mostSavedNanos = SAVED.toNanos() + pardonedNanos;
        spentUpToNanos = Math.max(spentUpToNanos, nowNanos - mostSavedNanos) + messages * messageNanos;
        pardonedNanos = Math.clamp(-debtNanos(nowNanos) - SAVED.toNanos(), 0, pardonedNanos);
        if (inDebtSinceNanos == NEVER && debtNanos(nowNanos) > 0) {
            inDebtSinceNanos = nowNanos;
        }
    }

    /// Counts time in which the gateway did not read on for a reason that is not the client's.
    void pardon(long nanos) {
        pardonedNanos += nanos;
    }

    /// How long nothing more may be read; 0 or less if it may.
    long debtNanos(long nowNanos) {
        return spentUpToNanos - nowNanos;
    }

    /// Whether reading slowly was not enough.
    boolean isExceeded(long nowNanos) {
        if (inDebtSinceNanos == NEVER) {
            return false;
        }
        long debtNanos = debtNanos(nowNanos);
        if (debtNanos <= -SAVED.toNanos() / 2) {
            inDebtSinceNanos = NEVER;
            return false;
        }
        return debtNanos > PATIENCE.toNanos() || nowNanos - inDebtSinceNanos >= PATIENCE.toNanos();
    }
}

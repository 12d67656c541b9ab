package dev.holdfast.game.session;

import java.util.concurrent.atomic.AtomicLong;

/// How many bytes of something all sessions of the process hold together, and how many they may: each of them keeps to
/// limits of its own, but one address may have hundreds. Safe from any thread.
final class Budget {
    private final long most;
    private final AtomicLong held = new AtomicLong();

    Budget(long most) {
        this.most = most;
    }

    /// Takes so much if it is there; otherwise nothing, and false.
    boolean take(long bytes) {
        boolean isThere = held.addAndGet(bytes) <= most;
        if (!isThere) {
            giveBack(bytes);
        }
        return isThere;
    }

    /// Takes so much although it may not be there.
    void overdraw(long bytes) {
        held.addAndGet(bytes);
    }

    boolean isOverdrawn() {
        return held.get() > most;
    }

    void giveBack(long bytes) {
        held.addAndGet(-bytes);
    }
}

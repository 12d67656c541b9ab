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

    /// Takes so much if it is there, or if nobody else holds anything: what is larger than all of it would else never
    /// have its turn. Otherwise takes nothing.
    ///
    /// @return whether it was taken
    boolean take(long bytes) {
        long all = held.addAndGet(bytes);
        boolean isTaken = all <= most || all == bytes;
        if (!isTaken) {
            giveBack(bytes);
        }
        return isTaken;
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

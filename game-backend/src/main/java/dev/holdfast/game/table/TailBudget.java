package dev.holdfast.game.table;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// How much memory the tails of all games in play may take together. While they take more, each that holds more than
/// an equal part is cut down to it: the one that grows at once, the others within a sweep. Safe from any thread.
final class TailBudget {
    private static final int PART_OF_HEAP = 5;

    private final long maxBytes;
    private final AtomicLong held = new AtomicLong();
    private final AtomicInteger shares = new AtomicInteger();

    TailBudget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    static TailBudget ofHeap() {
        return new TailBudget(Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
    }

    long heldBytes() {
        return held.get();
    }

    Share join() {
        shares.incrementAndGet();
        return new Share();
    }

    /// One tail's part, on its table's thread.
    final class Share {
        private long ownBytes;
        private boolean hasLeft;

        /// Notes how large the tail is now.
        ///
        /// @return how large it may be
        long note(long bytes) {
            if (hasLeft) {
                return 0;
            }
            long all = held.addAndGet(bytes - ownBytes);
            ownBytes = bytes;
            return all > maxBytes ? maxBytes / shares.get() : Long.MAX_VALUE;
        }

        void leave() {
            held.addAndGet(-ownBytes);
            hasLeft = true;
            shares.decrementAndGet();
        }
    }
}

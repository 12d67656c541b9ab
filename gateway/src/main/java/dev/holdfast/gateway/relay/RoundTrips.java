package dev.holdfast.gateway.relay;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The round trips of one session's pings: the largest, and about the median, within a fifth. Takes some 80 bytes once
/// there is one. Owned by the session's event loop.
final class RoundTrips {
    /// Two to each power of two of microseconds, up to 2 minutes.
    private static final int BUCKETS = 54;

    private static final int MOST = 255;

    private byte @Nullable [] counts;
    private long largestNanos;

    void add(long nanos) {
        largestNanos = Math.max(largestNanos, nanos);
        if (counts == null) {
            counts = new byte[BUCKETS];
        }
        int bucket = bucketOf(nanos / 1_000);
        counts[bucket]++;
        if ((counts[bucket] & MOST) == MOST) {
            for (int i = 0; i < BUCKETS; i++) {
                counts[i] = (byte) ((counts[i] & MOST) / 2);
            }
        }
    }

    /// Zero if there was none.
    Duration largest() {
        return Duration.ofNanos(largestNanos);
    }

    /// Zero if there was none.
    Duration median() {
        if (counts == null) {
            return Duration.ZERO;
        }
        int all = 0;
        for (byte count : counts) {
            all += count & MOST;
        }
        int below = 0;
        int bucket = -1;
        while (2 * below < all) {
            bucket++;
            below += counts[bucket] & MOST;
        }
        return Duration.ofNanos(Math.min(largestNanos, 500 * (startOf(bucket) + startOf(bucket + 1))));
    }

    private static int bucketOf(long micros) {
        if (micros < 2) {
            return 0;
        }
        int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(micros);
        return (int) Math.min(BUCKETS - 1, 2L * power + ((micros >> (power - 1)) & 1));
    }

    /// In microseconds.
    private static long startOf(int bucket) {
        long power = 1L << (bucket / 2);
        return bucket % 2 == 0 ? power : power + power / 2;
    }
}

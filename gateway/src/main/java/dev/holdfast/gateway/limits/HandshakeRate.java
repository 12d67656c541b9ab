package dev.holdfast.gateway.limits;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// A token bucket for each address: so many handshakes a second, of which some seconds' worth may be saved up, since
/// after a restart of this gateway everybody behind one address comes back at once. Safe for all threads.
///
/// The table is bounded, so that an attacker with many addresses fills no memory: the buckets least used go first, and
/// one that went is full again.
final class HandshakeRate {
    static final int SAVED_SECONDS = 10;

    private static final int MOST_ADDRESSES = 100_000;

    private final long savedNanos = Duration.ofSeconds(SAVED_SECONDS).toNanos();
    private final long handshakeNanos;
    private final Ticker clock;
    private final LoadingCache<String, AtomicLong> spentUpTo;

    /// @param perSecond handshakes
    /// @param clock nanoseconds, as of [System#nanoTime]
    HandshakeRate(int perSecond, Ticker clock) {
        this.clock = clock;
        handshakeNanos = Duration.ofSeconds(1).toNanos() / perSecond;
        spentUpTo = Caffeine.newBuilder()
                .maximumSize(MOST_ADDRESSES)
                .expireAfterAccess(Duration.ofSeconds(SAVED_SECONDS))
                .ticker(clock)
                .executor(Runnable::run)
                .build(_ -> new AtomicLong(clock.read() - savedNanos));
    }

    /// Takes one handshake's worth if there is one.
    ///
    /// @return nanoseconds until there is one; 0 or less if it was taken
    long take(String address) {
        AtomicLong bucket = spentUpTo.get(address);
        long now = clock.read();
        while (true) {
            long seen = bucket.get();
            long from = seen - (now - savedNanos) < 0 ? now - savedNanos : seen;
            long wait = from + handshakeNanos - now;
            if (wait > 0 || bucket.compareAndSet(seen, from + handshakeNanos)) {
                return wait;
            }
        }
    }
}

package dev.holdfast.gateway.limits;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// A token bucket for each network, and one of several times as much for each IPv6 site: so many tokens a second, of
/// which some seconds' worth may be saved up. Safe for all threads.
///
/// The table is bounded, so that an attacker with many addresses fills no memory: the buckets least used go first, and
/// one that went is full again.
final class Rate {
    /// After a restart of this gateway everybody behind one address comes back at once.
    static final int SAVED_SECONDS = 10;

    private static final int MOST_NETWORKS = 100_000;

    private final long savedNanos;
    private final long tokenNanos;
    private final Ticker clock;
    private final LoadingCache<String, AtomicLong> spentUpTo;

    /// @param perSecond tokens, of which those of [#SAVED_SECONDS] may be saved up
    /// @param clock nanoseconds, as of [System#nanoTime]
    Rate(int perSecond, Ticker clock) {
        this(perSecond, SAVED_SECONDS, clock);
    }

    /// @param savedSeconds whose tokens may be saved up
    Rate(int perSecond, int savedSeconds, Ticker clock) {
        this.clock = clock;
        savedNanos = Duration.ofSeconds(savedSeconds).toNanos();
        tokenNanos = Duration.ofSeconds(1).toNanos() / perSecond;
        spentUpTo = Caffeine.newBuilder()
                .maximumSize(MOST_NETWORKS)
                .expireAfterAccess(Duration.ofSeconds(savedSeconds))
                .ticker(clock)
                .executor(Runnable::run)
                .build(_ -> new AtomicLong(clock.read() - savedNanos));
    }

    /// Takes so many tokens if they are there; else none.
    ///
    /// @param network as of [Places#networkOf]
    /// @return nanoseconds until they are; 0 or less if they were taken
    long take(String network, int tokens) {
        long wait = take(network, tokens * tokenNanos);
        return wait > 0 ? wait : take(Places.siteOf(network), tokens * tokenNanos / Places.NETWORKS_PER_SITE);
    }

    private long take(String who, long nanos) {
        if (who.isEmpty()) {
            return 0;
        }
        AtomicLong bucket = spentUpTo.get(who);
        long now = clock.read();
        while (true) {
            long seen = bucket.get();
            long from = seen - (now - savedNanos) < 0 ? now - savedNanos : seen;
            long to = from + nanos;
            if (to - now > 0 || bucket.compareAndSet(seen, to)) {
                return to - now;
            }
        }
    }
}

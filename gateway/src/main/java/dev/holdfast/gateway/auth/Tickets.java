package dev.holdfast.gateway.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/// Tickets that wait to be used: once, here, and soon. They are known to this process only.
final class Tickets {
    static final Duration LIFE = Duration.ofSeconds(30);

    private static final int BYTES = 24;
    // Of some 200 bytes each. Beyond it some are forgotten early, and their clients ask again
    static final int MOST = 100_000;

    private final SecureRandom random;
    private final Cache<String, Identity> waiting;

    /// Reads its seed here, at the start: an event loop must not wait for it.
    ///
    /// @param clock nanoseconds, as of [System#nanoTime]
    Tickets(Ticker clock) {
        waiting = Caffeine.newBuilder()
                .expireAfterWrite(LIFE)
                .maximumSize(MOST)
                .ticker(clock)
                .executor(Runnable::run)
                .build();
        try {
            random = SecureRandom.getInstance("DRBG");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has DRBG", e);
        }
        random.nextBytes(new byte[BYTES]);
    }

    String give(Identity identity) {
        byte[] bits = new byte[BYTES];
        random.nextBytes(bits);
        String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
        waiting.put(ticket, identity);
        return ticket;
    }

    /// Takes the ticket away with the first use.
    Optional<Identity> use(String ticket) {
        return Optional.ofNullable(waiting.asMap().remove(ticket));
    }
}

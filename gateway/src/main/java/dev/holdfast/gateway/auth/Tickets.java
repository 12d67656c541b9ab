package dev.holdfast.gateway.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.Optional;

/// Tickets that wait to be used: once, here, and soon. They are known to this process only.
final class Tickets {
    static final Duration LIFE = Duration.ofSeconds(30);

    private static final int BYTES = 24;
    // Of some 200 bytes each. Beyond it some are forgotten early, and their clients ask again
    static final int MOST = 100_000;

    /// So that one player does not push out the tickets of all others.
    static final int MOST_PER_SUBJECT = 100;

    private final SecureRandom random;
    private final Cache<String, Identity> waiting;
    /// Those of each subject that may still be waiting, the oldest first.
    private final Cache<String, Deque<String>> given;

    /// @param clock nanoseconds, as of [System#nanoTime]
    /// @param random must not wait for entropy: it is asked on event loops
    Tickets(Ticker clock, SecureRandom random) {
        this.random = random;
        waiting = forgetting(clock);
        given = forgetting(clock);
    }

    private static <T> Cache<String, T> forgetting(Ticker clock) {
        return Caffeine.newBuilder()
                .expireAfterWrite(LIFE)
                .maximumSize(MOST)
                .ticker(clock)
                .executor(Runnable::run)
                .build();
    }

    String give(Identity identity) {
        byte[] bits = new byte[BYTES];
        random.nextBytes(bits);
        String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
        waiting.put(ticket, identity);
        given.asMap().compute(identity.subject(), (_, before) -> {
            Deque<String> all = before == null ? new ArrayDeque<>() : before;
            all.add(ticket);
            all.removeIf(one -> !waiting.asMap().containsKey(one));
            if (all.size() > MOST_PER_SUBJECT) {
                waiting.invalidate(all.remove());
            }
            return all;
        });
        return ticket;
    }

    /// Takes the ticket away with the first use.
    Optional<Identity> use(String ticket) {
        return Optional.ofNullable(waiting.asMap().remove(ticket));
    }
}

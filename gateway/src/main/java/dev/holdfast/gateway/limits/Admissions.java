package dev.holdfast.gateway.limits;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;

/// Counts who comes in and who is inside, and says when it is too many. Safe for all threads.
public final class Admissions {
    private static final Duration FULL_RETRY = Duration.ofSeconds(5);

    private final Places places;
    private final Rate rate;

    /// @param most places there are
    Admissions(LimitsProperties properties, int most, Ticker clock) {
        places = new Places(most, Limit.GATEWAY_FULL, properties.maxSessionsPerAddress(), Limit.TOO_MANY_SESSIONS);
        rate = new Rate(properties.handshakesPerAddress(), clock);
    }

    /// Counts a handshake, whatever becomes of it.
    ///
    /// @param address textual IP address of the client
    /// @return empty if it may go on
    public Optional<Verdict.Refused> arrive(String address) {
        long wait = rate.take(Places.networkOf(address), 1);
        return wait > 0
                ? Optional.of(new Verdict.Refused(Limit.TOO_MANY_HANDSHAKES, Duration.ofNanos(wait)))
                : Optional.empty();
    }

    /// Takes a place if there is one.
    ///
    /// @param address textual IP address of the client
    public Verdict reserve(String address) {
        String network = Places.networkOf(address);
        Optional<Limit> reached = places.take(network);
        return reached.isPresent()
                ? new Verdict.Refused(reached.get(), FULL_RETRY)
                : new Verdict.Admitted(new Place(places, network));
    }

    /// How many places there are.
    int most() {
        return places.most();
    }

    /// How many are taken, by sessions and by handshakes under way.
    int inside() {
        return places.taken();
    }
}

package dev.holdfast.gateway.limits;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;

/// Counts what is asked over HTTP, and says when it is too much. Safe for all threads.
public final class Requests {
    /// So many times the handshakes that an address may ask for, so that its pages may read as often as they like.
    static final int PER_HANDSHAKE = 10;

    /// A game is kept for a day at least, whether anybody plays it or not: one for so many handshakes, which at the
    /// default is one a second.
    static final int HANDSHAKES_PER_GAME = 20;

    private static final int SAVED_SECONDS_OF_GAMES = 20;

    private static final Duration SHARE_RETRY = Duration.ofSeconds(2);

    /// What is asked for.
    public enum Kind {
        /// Changes nothing.
        READ(1),
        /// Costs a signature: no more of them than handshakes.
        TICKET(PER_HANDSHAKE),
        /// Makes the backend keep something.
        GAME(PER_HANDSHAKE);

        private final int tokens;

        Kind(int tokens) {
            this.tokens = tokens;
        }
    }

    private final Rate rate;
    private final Rate games;
    private final Places underWay;

    /// @param mostUnderWay at once, from one network
    Requests(LimitsProperties properties, int mostUnderWay, Ticker clock) {
        rate = new Rate(PER_HANDSHAKE * properties.handshakesPerAddress(), clock);
        games = new Rate(properties.handshakesPerAddress(), SAVED_SECONDS_OF_GAMES, clock);
        // How many there may be in all is the backend's to say
        underWay = new Places(Integer.MAX_VALUE, Limit.TOO_MANY_AT_ONCE, mostUnderWay, Limit.TOO_MANY_AT_ONCE);
    }

    /// Counts a request that the gateway answers itself, as one that changes nothing.
    ///
    /// @param address textual IP address of the client
    /// @return empty if it may go on
    public Optional<Verdict.Refused> arrive(String address) {
        return refusal(rate.take(Places.networkOf(address), Kind.READ.tokens));
    }

    /// Counts a call of `/api`.
    ///
    /// @param address textual IP address of the client
    /// @return a place, to be given back when it is answered
    public Verdict arrive(String address, Kind kind) {
        String network = Places.networkOf(address);
        // First, so that who is refused a game has lost nothing of what it may read
        long wait = kind == Kind.GAME ? games.take(network, HANDSHAKES_PER_GAME) : 0;
        if (wait <= 0) {
            wait = rate.take(network, kind.tokens);
        }
        Optional<Verdict.Refused> tooFast = refusal(wait);
        if (tooFast.isPresent()) {
            return tooFast.get();
        }
        Optional<Limit> reached = underWay.take(network);
        return reached.isPresent()
                ? new Verdict.Refused(reached.get(), SHARE_RETRY)
                : new Verdict.Admitted(new Place(underWay, network));
    }

    private static Optional<Verdict.Refused> refusal(long waitNanos) {
        return waitNanos > 0
                ? Optional.of(new Verdict.Refused(Limit.TOO_MANY_REQUESTS, Duration.ofNanos(waitNanos)))
                : Optional.empty();
    }
}

package dev.holdfast.gateway.limits;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;

/// Counts what is asked of `/api`, and says when it is too much. Safe for all threads.
public final class Requests {
    /// So many times the handshakes that an address may ask for, so that its pages may read as often as they like.
    static final int PER_HANDSHAKE = 10;

    /// What changes something makes the backend keep something, or costs a signature: no more of it than handshakes.
    private static final int CHANGE_TOKENS = PER_HANDSHAKE;

    private static final Duration SHARE_RETRY = Duration.ofSeconds(2);

    private final Rate rate;
    private final Places underWay;

    /// @param mostUnderWay at once, from one network
    Requests(LimitsProperties properties, int mostUnderWay, Ticker clock) {
        rate = new Rate(PER_HANDSHAKE * properties.handshakesPerAddress(), clock);
        // How many there may be in all is the backend's to say
        underWay = new Places(Integer.MAX_VALUE, Limit.TOO_MANY_AT_ONCE, mostUnderWay, Limit.TOO_MANY_AT_ONCE);
    }

    /// Counts a request.
    ///
    /// @param address textual IP address of the client
    /// @param changesSomething or reads only
    /// @return a place, to be given back when it is answered
    public Verdict arrive(String address, boolean changesSomething) {
        String network = Places.networkOf(address);
        long wait = rate.take(network, changesSomething ? CHANGE_TOKENS : 1);
        if (wait > 0) {
            return new Verdict.Refused(Limit.TOO_MANY_REQUESTS, Duration.ofNanos(wait));
        }
        Optional<Limit> reached = underWay.take(network);
        return reached.isPresent()
                ? new Verdict.Refused(reached.get(), SHARE_RETRY)
                : new Verdict.Admitted(new Place(underWay, network));
    }
}

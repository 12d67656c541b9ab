package dev.holdfast.gateway.limits;

import com.github.benmanes.caffeine.cache.Ticker;
import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts who comes in and who is inside, and says when it is too many. Safe for all threads.
///
/// Loopback has no limit of its own: it is a tool on this machine, or a proxy that does not say who is calling, and
/// then its limit would be everybody's.
public final class Admissions {
    private static final Duration FULL_RETRY = Duration.ofSeconds(5);
    private static final int NETWORK_BYTES = 8;

    private final int most;
    private final int mostPerAddress;
    private final HandshakeRate rate;
    private final AtomicInteger inside = new AtomicInteger();
    /// No larger than what is inside: a network with no place has no entry.
    private final ConcurrentHashMap<String, Integer> insideByNetwork = new ConcurrentHashMap<>();

    /// @param most places there are
    Admissions(LimitsProperties properties, int most, Ticker clock) {
        this.most = most;
        mostPerAddress = properties.maxSessionsPerAddress();
        rate = new HandshakeRate(properties.handshakesPerAddress(), clock);
    }

    /// Counts a handshake, whatever becomes of it.
    ///
    /// @param address textual IP address of the client
    /// @return empty if it may go on
    public Optional<Verdict.Refused> arrive(String address) {
        String network = networkOf(address);
        long wait = network.isEmpty() ? 0 : rate.take(network);
        return wait > 0
                ? Optional.of(refused(Verdict.Reason.TOO_MANY_HANDSHAKES, Duration.ofNanos(wait)))
                : Optional.empty();
    }

    /// Takes a place if there is one.
    ///
    /// @param address textual IP address of the client
    public Verdict reserve(String address) {
        String network = networkOf(address);
        if (!network.isEmpty() && insideByNetwork.merge(network, 1, Integer::sum) > mostPerAddress) {
            leave(network);
            return refused(Verdict.Reason.TOO_MANY_SESSIONS, FULL_RETRY);
        }
        if (inside.incrementAndGet() > most) {
            left(network);
            return refused(Verdict.Reason.GATEWAY_FULL, FULL_RETRY);
        }
        return new Verdict.Admitted(new Place(this, network));
    }

    /// How many places there are.
    int most() {
        return most;
    }

    /// How many are taken, by sessions and by handshakes under way.
    int inside() {
        return inside.get();
    }

    void left(String network) {
        inside.decrementAndGet();
        if (!network.isEmpty()) {
            leave(network);
        }
    }

    private void leave(String network) {
        insideByNetwork.computeIfPresent(network, (_, count) -> count == 1 ? null : count - 1);
    }

    private static Verdict.Refused refused(Verdict.Reason reason, Duration retryAfter) {
        return new Verdict.Refused(reason, retryAfter);
    }

    /// What shares a limit: an IPv4 address, or an IPv6 /64, of which a single client has all addresses. Empty for
    /// loopback.
    static String networkOf(String address) {
        InetAddress parsed = NetUtil.createInetAddressFromIpAddressString(address);
        if (parsed != null && parsed.isLoopbackAddress()) {
            return "";
        }
        return parsed instanceof Inet6Address
                ? HexFormat.of().formatHex(Arrays.copyOf(parsed.getAddress(), NETWORK_BYTES))
                : address;
    }
}

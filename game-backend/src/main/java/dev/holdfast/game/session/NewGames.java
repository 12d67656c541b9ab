package dev.holdfast.game.session;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.LongSupplier;
import reactor.core.publisher.Mono;

/// How many games one address may begin by coming to them: each takes room in the store for a month, whether
/// anybody plays it or not. As many a second as the gateway lets it make over HTTP, but ten seconds' worth of
/// handshakes at once: a class behind one address begins together. Counted for an IPv4 address or an IPv6 /64, and
/// eight times as many for a /48. Safe from any thread.
final class NewGames {
    /// Of those that an address may ask the gateway for.
    private static final int HANDSHAKES_PER_GAME = 20;

    private static final Duration SAVED = Duration.ofSeconds(10 * HANDSHAKES_PER_GAME);
    private static final int NETWORKS_PER_SITE = 8;
    private static final int NETWORK_BYTES = 8;
    private static final int SITE_BYTES = 6;

    /// An attacker with many addresses fills no memory. Who was forgotten may begin as many as a newcomer.
    private static final int MOST_NETWORKS = 100_000;

    private final long nanosPerGame;
    private final LongSupplier clock;
    /// The one that was used the longest ago first.
    private final SequencedMap<String, Allowance> allowances = new LinkedHashMap<>();

    /// @param clock nanoseconds, as of [System#nanoTime]
    NewGames(int handshakesPerAddress, LongSupplier clock) {
        this.clock = clock;
        nanosPerGame = Duration.ofSeconds(HANDSHAKES_PER_GAME).toNanos() / handshakesPerAddress;
    }

    /// Completes if one more may begin now; fails with [TooManyGames] otherwise.
    ///
    /// @param address textual IP address of the client, empty if there is no gateway to say so
    Mono<Void> begin(Optional<String> address) {
        return Mono.fromRunnable(() -> {
            long waitNanos = address.map(this::take).orElse(0L);
            if (waitNanos > 0) {
                throw new TooManyGames(Duration.ofNanos(waitNanos));
            }
        });
    }

    private long take(String address) {
        InetAddress parsed = NetUtil.createInetAddressFromIpAddressString(address);
        if (parsed == null) {
            return take(address, nanosPerGame);
        }
        // A tool on the gateway's machine, or a proxy that does not say who is calling
        if (parsed.isLoopbackAddress()) {
            return 0;
        }
        byte[] bytes = parsed.getAddress();
        if (!(parsed instanceof Inet6Address)) {
            return take(HexFormat.of().formatHex(bytes), nanosPerGame);
        }
        long wait = take(prefix(bytes, NETWORK_BYTES), nanosPerGame);
        return wait > 0 ? wait : take(prefix(bytes, SITE_BYTES), nanosPerGame / NETWORKS_PER_SITE);
    }

    private static String prefix(byte[] bytes, int length) {
        return HexFormat.of().formatHex(Arrays.copyOf(bytes, length)) + "/" + length;
    }

    private synchronized long take(String network, long nanos) {
        long now = clock.getAsLong();
        Allowance before = allowances.remove(network);
        Allowance allowance = before == null ? new Allowance(nanos, SAVED.toNanos(), now) : before;
        if (allowances.size() == MOST_NETWORKS) {
            allowances.pollFirstEntry();
        }
        allowances.put(network, allowance);
        return allowance.take(now);
    }
}

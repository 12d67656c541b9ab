package dev.holdfast.gateway.limits;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// So many at once, in all and from each network. Safe for all threads.
final class Places {
    /// Has no limit of its own.
    static final String NOBODYS = "";

    /// How many networks' worth an IPv6 site may have: a single customer may be given many /64, and a mobile carrier
    /// gives one site's to many customers.
    static final int NETWORKS_PER_SITE = 8;

    private static final int NETWORK_BYTES = 8;
    private static final int SITE_BYTES = 6;
    private static final int DIGITS_PER_BYTE = 2;

    private final int most;
    private final Limit inAll;
    private final int mostPerNetwork;
    private final Limit perNetwork;
    private final AtomicInteger taken = new AtomicInteger();
    /// By network and by site, whose names differ in length. No larger than what is taken: one with no place has no
    /// entry.
    private final ConcurrentHashMap<String, Integer> takenBy = new ConcurrentHashMap<>();

    /// @param inAll what is reached when all are taken
    /// @param perNetwork what is reached when a network has its share
    Places(int most, Limit inAll, int mostPerNetwork, Limit perNetwork) {
        this.most = most;
        this.inAll = inAll;
        this.mostPerNetwork = mostPerNetwork;
        this.perNetwork = perNetwork;
    }

    /// Takes a place, to be given back.
    ///
    /// @param network as of [#networkOf]
    /// @return empty if there was one, else why not
    Optional<Limit> take(String network) {
        return take(network, 0);
    }

    /// @param kept places that are for others
    Optional<Limit> take(String network, int kept) {
        if (isBeyond(mostPerNetwork, network)) {
            leave(network);
            return Optional.of(perNetwork);
        }
        if (isBeyond((long) NETWORKS_PER_SITE * mostPerNetwork, siteOf(network))) {
            leave(siteOf(network));
            leave(network);
            return Optional.of(perNetwork);
        }
        if (taken.incrementAndGet() > most - kept) {
            giveBack(network);
            return Optional.of(inAll);
        }
        return Optional.empty();
    }

    void giveBack(String network) {
        taken.decrementAndGet();
        leave(siteOf(network));
        leave(network);
    }

    private boolean isBeyond(long most, String who) {
        return !who.isEmpty() && takenBy.merge(who, 1, Integer::sum) > most;
    }

    private void leave(String who) {
        takenBy.computeIfPresent(who, (_, count) -> count == 1 ? null : count - 1);
    }

    int most() {
        return most;
    }

    int taken() {
        return taken.get();
    }

    /// What shares a limit: an IPv4 address, or an IPv6 /64, of which a single client has all addresses. Loopback is
    /// [#NOBODYS]: it is a tool on this machine, or a proxy that does not say who is calling, and then its
    /// limit would be everybody's.
    static String networkOf(String address) {
        InetAddress parsed = NetUtil.createInetAddressFromIpAddressString(address);
        return parsed == null ? address : networkOf(parsed);
    }

    /// The IPv6 /48 that a network is in, of which a single customer may have all networks; of any other network
    /// [#NOBODYS].
    static String siteOf(String network) {
        return network.length() == NETWORK_BYTES * DIGITS_PER_BYTE
                ? network.substring(0, SITE_BYTES * DIGITS_PER_BYTE)
                : NOBODYS;
    }

    static String networkOf(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return NOBODYS;
        }
        byte[] bytes = address.getAddress();
        return HexFormat.of().formatHex(address instanceof Inet6Address ? Arrays.copyOf(bytes, NETWORK_BYTES) : bytes);
    }
}

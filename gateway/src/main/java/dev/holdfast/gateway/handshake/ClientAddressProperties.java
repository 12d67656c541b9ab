package dev.holdfast.gateway.handshake;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Whose word on a client's address counts. By default nobody's: the caller is who holds the socket.
///
/// @param trustedProxies networks as `10.0.0.0/8`, single addresses, or `railway` for its edge.
///     `TRUSTED_PROXIES`
/// @param addressHeader in which those proxies name the client, alone; with `railway` it is `X-Real-IP` if empty.
///     `CLIENT_ADDRESS_HEADER`
@ConfigurationProperties("holdfast.client")
record ClientAddressProperties(
        @DefaultValue List<String> trustedProxies,
        @DefaultValue("") String addressHeader) {
    private static final String RAILWAY = "railway";

    /// From here Railway's edge calls; its private network, where headers can be forged, has other addresses.
    private static final String RAILWAY_EDGE = "100.64.0.0/10";

    private static final String RAILWAY_HEADER = "X-Real-IP";

    /// RFC 9110, section 5.1.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");

    ClientAddressProperties {
        if (addressHeader.isEmpty() && trustedProxies.contains(RAILWAY)) {
            addressHeader = RAILWAY_HEADER;
        }
        trustedProxies.forEach(ClientAddressProperties::network);
        if (trustedProxies.isEmpty() != addressHeader.isEmpty()) {
            throw new IllegalArgumentException(
                    trustedProxies.isEmpty()
                            ? "TRUSTED_PROXIES: not set (expected: whose %s to believe, for example 10.0.0.0/8, or no CLIENT_ADDRESS_HEADER)"
                                    .formatted(addressHeader)
                            : "CLIENT_ADDRESS_HEADER: not set (expected: the header in which %s name the client, for example X-Real-IP)"
                                    .formatted(String.join(",", trustedProxies)));
        }
        if (!addressHeader.isEmpty() && !NAME.matcher(addressHeader).matches()) {
            throw new IllegalArgumentException(
                    "CLIENT_ADDRESS_HEADER: %s (expected: the name of one header, for example X-Real-IP)"
                            .formatted(addressHeader));
        }
    }

    List<IpSubnetFilterRule> networks() {
        return trustedProxies.stream().map(ClientAddressProperties::network).toList();
    }

    private static IpSubnetFilterRule network(String text) {
        String[] parts = (RAILWAY.equals(text) ? RAILWAY_EDGE : text).split("/", -1);
        Optional<InetAddress> address = IpAddress.read(parts[0]);
        int bits = address.map(found -> found.getAddress().length * Byte.SIZE).orElse(0);
        Optional<Integer> prefix = switch (parts.length) {
            case 1 -> Optional.of(bits);
            case 2 ->
                Stream.of(parts[1])
                        .filter(digits -> digits.matches("\\d{1,3}"))
                        .map(Integer::valueOf)
                        .filter(length -> length <= bits)
                        .findFirst();
            default -> Optional.empty();
        };
        if (address.isEmpty() || prefix.isEmpty()) {
            throw new IllegalArgumentException(
                    "TRUSTED_PROXIES: %s (expected: networks such as 10.0.0.0/8 or fd00::/8, addresses, or railway, separated by commas)"
                            .formatted(text));
        }
        return new IpSubnetFilterRule(address.get(), prefix.get(), IpFilterRuleType.ACCEPT);
    }
}

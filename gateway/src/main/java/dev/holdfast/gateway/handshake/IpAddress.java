package dev.holdfast.gateway.handshake;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/// IP addresses as text. No name is ever looked up.
final class IpAddress {
    private static final int LONGEST = 45;

    private IpAddress() {}

    /// Empty if this is anything but one plain address: a list, a name, a port, brackets, a zone.
    static Optional<InetAddress> read(String text) {
        boolean isPlain =
                text.length() <= LONGEST && text.chars().allMatch(c -> "0123456789abcdefABCDEF:.".indexOf(c) >= 0);
        byte[] bytes = isPlain ? NetUtil.createByteArrayFromIpAddressString(text) : null;
        return bytes == null ? Optional.empty() : Optional.of(of(bytes));
    }

    /// The same address without a zone, and as IPv4 if it is one in IPv6's clothes (RFC 4291, section 2.5.5.2).
    static InetAddress plain(InetAddress address) {
        return of(address.getAddress());
    }

    private static InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("Netty makes 4 or 16 bytes", e);
        }
    }
}

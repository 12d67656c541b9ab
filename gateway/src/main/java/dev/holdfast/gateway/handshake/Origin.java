package dev.holdfast.gateway.handshake;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A web origin, in one spelling: scheme, host and port (RFC 6454, section 4).
///
/// @param scheme `http` or `https`
/// @param host lower case, ASCII: a name or an address
/// @param port always a number; the scheme's own if none was written
record Origin(String scheme, String host, int port) {
    /// What browsers send: names in ASCII (others come as `xn--…`), IPv4 addresses, or IPv6 addresses in brackets.
    private static final Pattern HOST =
            Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*|\\[[0-9a-f:.]+]");

    private static final int LONGEST = 300;

    /// Reads an origin as an Origin header has it. Null for anything else: `null`, a path, user information,
    /// another scheme, letters outside ASCII.
    static @Nullable Origin parse(String text) {
        if (text.length() > LONGEST) {
            return null;
        }
        try {
            URI uri = new URI(text);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            String host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
            boolean isBare = uri.getRawUserInfo() == null
                    && "".equals(uri.getRawPath())
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
            boolean isWeb = "http".equals(scheme) || "https".equals(scheme);
            if (!isBare || !isWeb || !HOST.matcher(host).matches() || uri.getPort() > 0xFFFF) {
                return null;
            }
            int port = uri.getPort() != -1 ? uri.getPort() : "https".equals(scheme) ? 443 : 80;
            return new Origin(scheme, host, port);
        } catch (URISyntaxException e) {
            return null;
        }
    }
}

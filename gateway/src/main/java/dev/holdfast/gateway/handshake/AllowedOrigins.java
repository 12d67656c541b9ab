package dev.holdfast.gateway.handshake;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The origins whose pages may connect. Exact, or every name below a domain: `https://*.example.com` allows
/// `https://a.example.com` and `https://a.b.example.com`, not `https://example.com`. Never by text: both sides are
/// taken apart into scheme, host and port first.
final class AllowedOrigins {
    private static final String ANY_LABEL = "://*.";

    private final Set<Origin> exact = new HashSet<>();
    /// The exact ones as they were written, which is how browsers write most: nothing need be taken apart then.
    private final Set<String> written = new HashSet<>();
    private final List<Origin> below = new ArrayList<>();

    /// @throws IllegalArgumentException for an entry that is neither
    AllowedOrigins(List<String> entries) {
        for (String entry : entries) {
            boolean isPattern = entry.contains(ANY_LABEL);
            Origin origin = Origin.parse(isPattern ? entry.replace(ANY_LABEL, "://") : entry);
            if (origin == null || (isPattern && !origin.host().contains("."))) {
                throw new IllegalArgumentException(
                        "CORS_ORIGINS: %s (expected: origins such as https://game.example.com or https://*.example.com, separated by commas, without a path)"
                                .formatted(entry));
            }
            if (isPattern) {
                below.add(origin);
            } else {
                exact.add(origin);
                written.add(entry);
            }
        }
    }

    /// @param header the value of one Origin header, from outside
    boolean allows(String header) {
        if (written.contains(header)) {
            return true;
        }
        Origin origin = Origin.parse(header);
        return origin != null && (exact.contains(origin) || below.stream().anyMatch(domain -> isBelow(origin, domain)));
    }

    private static boolean isBelow(Origin origin, Origin domain) {
        return origin.scheme().equals(domain.scheme())
                && origin.port() == domain.port()
                && origin.host().endsWith("." + domain.host());
    }
}

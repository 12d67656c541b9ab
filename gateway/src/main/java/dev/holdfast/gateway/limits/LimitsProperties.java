package dev.holdfast.gateway.limits;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How many may come in.
///
/// @param maxSessions sessions at once, and never more than the open files of the process allow.
///     `WS_MAX_SESSIONS`
/// @param maxSessionsPerAddress sessions at once from one IPv4 address or one IPv6 /64.
///     `WS_MAX_SESSIONS_PER_ADDRESS`
/// @param handshakesPerAddress upgrades a second from one of those. `WS_HANDSHAKES_PER_ADDRESS`
@ConfigurationProperties("holdfast.limits")
record LimitsProperties(
        @DefaultValue("20000") int maxSessions,
        @DefaultValue("500") int maxSessionsPerAddress,
        @DefaultValue("20") int handshakesPerAddress) {
    private static final int MOST = 1_000_000;

    LimitsProperties {
        requireInRange("WS_MAX_SESSIONS", maxSessions);
        requireInRange("WS_MAX_SESSIONS_PER_ADDRESS", maxSessionsPerAddress);
        requireInRange("WS_HANDSHAKES_PER_ADDRESS", handshakesPerAddress);
    }

    private static void requireInRange(String name, int value) {
        if (value < 1 || value > MOST) {
            throw new IllegalArgumentException("%s: %d (expected: 1 to %d)".formatted(name, value, MOST));
        }
    }
}

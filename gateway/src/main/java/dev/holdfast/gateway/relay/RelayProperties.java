package dev.holdfast.gateway.relay;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.util.unit.DataSize;

/// What may pass, and for how long.
///
/// @param maxMessage largest message a client may send, over all its frames; a larger one closes the session with
///     1009.
///     `WS_MAX_MESSAGE`. What the backend sends is not limited
/// @param messagesPerSecond messages a second the game allows a client. It is read at twice this pace at most, and
///     closed with 4003 if that does not stop it. `WS_MESSAGES_PER_SECOND`
/// @param maxLifetime how long a session may last at most; null for ever. `WS_MAX_LIFETIME`
/// @param maxUnreadable how long a client may take next to nothing of what waits for it, before it is closed with 4002
@ConfigurationProperties("holdfast.relay")
public record RelayProperties(
        @DefaultValue("64KB") DataSize maxMessage,
        @DefaultValue("20") int messagesPerSecond,

        @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration maxLifetime,

        @DefaultValue("30") @DurationUnit(ChronoUnit.SECONDS)
        Duration maxUnreadable) {
    private static final DataSize LEAST = DataSize.ofKilobytes(1);
    private static final DataSize MOST = DataSize.ofMegabytes(16);
    private static final int MOST_PER_SECOND = 1_000_000;
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(365);

    /// So that a client at the game's own limit is told so by the game, and never waits here.
    private static final int LEEWAY = 2;

    public RelayProperties {
        if (maxMessage.compareTo(LEAST) < 0 || maxMessage.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(
                    "WS_MAX_MESSAGE: %s (expected: 1KB to 16MB, for example 64KB)".formatted(maxMessage));
        }
        if (messagesPerSecond < 1 || messagesPerSecond > MOST_PER_SECOND) {
            throw new IllegalArgumentException(
                    "WS_MESSAGES_PER_SECOND: %d (expected: 1 to %d)".formatted(messagesPerSecond, MOST_PER_SECOND));
        }
        if (maxLifetime != null) {
            requireInRange("WS_MAX_LIFETIME", maxLifetime);
        }
        requireInRange("holdfast.relay.max-unreadable", maxUnreadable);
    }

    private static void requireInRange(String name, Duration value) {
        if (value.compareTo(SHORTEST) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "%s: %s (expected: %s to %s; a bare number is seconds)".formatted(name, value, SHORTEST, LONGEST));
        }
    }

    long maxMessageBytes() {
        return maxMessage.toBytes();
    }

    int pacePerSecond() {
        return LEEWAY * messagesPerSecond;
    }
}

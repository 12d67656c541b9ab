package dev.holdfast.game.session;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.util.unit.DataSize;

/// Limits of one player's socket.
///
/// @param maxMessage the longest message that a client may send; a longer one ends the connection with 1009
/// @param maxUnread what may wait for a client that reads slowly, then it is closed with 4002; null for 2 MB, which the
///     longest replay fits into with what its frames take beside it, or two of the longest messages, whichever is more
/// @param pingInterval how often the gateway pings, as v1 clients are told
/// @param messagesPerSecond how many messages a client may send, as v1 clients are told
/// @param handshakesPerAddress how many upgrades a second the gateway takes from one address; a part of them may
///     begin games ([NewGames])
@ConfigurationProperties("holdfast.session")
public record SessionProperties(
        @DefaultValue("64KB") DataSize maxMessage,
        @Nullable DataSize maxUnread,

        @DefaultValue("30s") @DurationUnit(ChronoUnit.SECONDS)
        Duration pingInterval,

        @DefaultValue("20") int messagesPerSecond,
        @DefaultValue("20") int handshakesPerAddress) {
    private static final DataSize SMALLEST_MESSAGE = DataSize.ofKilobytes(1);
    private static final DataSize LARGEST_MESSAGE = DataSize.ofMegabytes(16);

    private static final long DEFAULT_UNREAD_BYTES = DataSize.ofMegabytes(2).toBytes();

    private static final Duration LONGEST_READ_IDLE = Duration.ofSeconds(30);

    private static final int MOST_PER_SECOND = 1_000_000;

    public SessionProperties {
        if (maxMessage.compareTo(SMALLEST_MESSAGE) < 0 || maxMessage.compareTo(LARGEST_MESSAGE) > 0) {
            throw new IllegalArgumentException("max-message: " + maxMessage + " (expected: a size from 1KB to 16MB)");
        }
        if (maxUnread != null && maxUnread.compareTo(maxMessage) < 0) {
            throw new IllegalArgumentException(
                    "max-unread: " + maxUnread + " (expected: at least max-message, " + maxMessage + ")");
        }
        if (pingInterval.isNegative() || pingInterval.isZero()) {
            throw new IllegalArgumentException(
                    "ping-interval: " + pingInterval + " (expected: a duration over 0, such as 30)");
        }
        if (messagesPerSecond < 1 || messagesPerSecond > MOST_PER_SECOND) {
            throw new IllegalArgumentException(
                    "messages-per-second: " + messagesPerSecond + " (expected: 1 to " + MOST_PER_SECOND + ")");
        }
        if (handshakesPerAddress < 1 || handshakesPerAddress > MOST_PER_SECOND) {
            throw new IllegalArgumentException(
                    "handshakes-per-address: " + handshakesPerAddress + " (expected: 1 to " + MOST_PER_SECOND + ")");
        }
    }

    /// After how long without a frame a peer is asked whether it lives. A gateway that seldom pings its clients keeps
    /// nobody here who is gone.
    Duration readIdle() {
        return pingInterval.compareTo(LONGEST_READ_IDLE) < 0 ? pingInterval : LONGEST_READ_IDLE;
    }

    long maxUnreadBytes() {
        // What a client sends is longer when it reaches another one: a v1 client also gets its number
        return maxUnread == null ? Math.max(DEFAULT_UNREAD_BYTES, 2 * maxMessage.toBytes()) : maxUnread.toBytes();
    }
}

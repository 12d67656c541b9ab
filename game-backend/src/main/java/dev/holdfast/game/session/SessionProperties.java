package dev.holdfast.game.session;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// Limits of one player's socket.
///
/// @param maxMessage the longest message that a client may send; a longer one ends the connection with 1009
/// @param maxUnread what may wait for a client that reads slowly, then it is closed with 4002
@ConfigurationProperties("holdfast.session")
public record SessionProperties(
        @DefaultValue("64KB") DataSize maxMessage,
        @DefaultValue("1MB") DataSize maxUnread) {
    private static final DataSize SMALLEST_MESSAGE = DataSize.ofKilobytes(1);
    private static final DataSize LARGEST_MESSAGE = DataSize.ofMegabytes(16);

    public SessionProperties {
        if (maxMessage.compareTo(SMALLEST_MESSAGE) < 0 || maxMessage.compareTo(LARGEST_MESSAGE) > 0) {
            throw new IllegalArgumentException("max-message: " + maxMessage + " (expected: a size from 1KB to 16MB)");
        }
        if (maxUnread.compareTo(maxMessage) < 0) {
            throw new IllegalArgumentException(
                    "max-unread: " + maxUnread + " (expected: at least max-message, " + maxMessage + ")");
        }
    }
}

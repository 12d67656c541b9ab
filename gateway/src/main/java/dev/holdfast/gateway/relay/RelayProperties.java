package dev.holdfast.gateway.relay;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// What may pass.
///
/// @param maxMessage largest message a client may send, over all its frames; a larger one closes the session with
///     1009.
///     `WS_MAX_MESSAGE`. What the backend sends is not limited
@ConfigurationProperties("holdfast.relay")
public record RelayProperties(@DefaultValue("64KB") DataSize maxMessage) {
    private static final DataSize LEAST = DataSize.ofBytes(125);
    private static final DataSize MOST = DataSize.ofGigabytes(1);

    public RelayProperties {
        if (maxMessage.compareTo(LEAST) < 0 || maxMessage.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(
                    "WS_MAX_MESSAGE: %s (expected: 125B to 1GB, for example 64KB)".formatted(maxMessage));
        }
    }

    long maxMessageBytes() {
        return maxMessage.toBytes();
    }
}

package dev.holdfast.game.log;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Where games are kept.
///
/// @param url `memory:`, which forgets everything at a restart
@ConfigurationProperties("holdfast.log")
public record LogProperties(@DefaultValue(MEMORY) String url) {
    static final String MEMORY = "memory:";

    public LogProperties {
        if (!url.equals(MEMORY)) {
            throw new IllegalArgumentException("url: " + url + " (expected: memory:)");
        }
    }
}

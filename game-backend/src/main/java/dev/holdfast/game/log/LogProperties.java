package dev.holdfast.game.log;

import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Where games are kept.
///
/// @param url `sqlite:<file>`, `redis://…`, `rediss://…`, or `memory:`, which forgets everything at a restart
/// @param requireDurable whether to refuse a Redis server that may lose acknowledged appends
@ConfigurationProperties("holdfast.log")
public record LogProperties(
        @DefaultValue("sqlite:./data/games.db") String url,
        @DefaultValue("true") boolean requireDurable) {
    private static final Set<String> SCHEMES = Set.of("sqlite", "redis", "rediss", "memory");

    public LogProperties {
        int colon = url.indexOf(':');
        boolean isKnown = colon > 0 && SCHEMES.contains(url.substring(0, colon));
        if (!isKnown || url.equals("sqlite:")) {
            throw new IllegalArgumentException("url: " + redact(url)
                    + " (expected: sqlite:<file>, redis://<host>:<port>," + " rediss://<host>:<port> or memory:)");
        }
    }

    /// `sqlite`, `redis`, `rediss` or `memory`.
    public String scheme() {
        return url.substring(0, url.indexOf(':'));
    }

    /// What comes after the scheme.
    public String rest() {
        return url.substring(url.indexOf(':') + 1);
    }

    /// For messages: without a password, also one with a `/` or `@` that should have been percent-encoded.
    public static String redact(String url) {
        return url.replaceAll("(?s)//.*@", "//***@");
    }

    @Override
    public String toString() {
        return "LogProperties[url=" + redact(url) + ", requireDurable=" + requireDurable + "]";
    }
}

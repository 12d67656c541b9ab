package dev.holdfast.gateway.backend;

import java.net.URI;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/// Where the game-backend is and how long it may take.
///
/// @param url `http://host:port`; its name is resolved anew for each dial. `BACKEND_URL`
/// @param handshakeTimeout time for a whole handshake, retries included, and for an answer over HTTP.
/// `HANDSHAKE_TIMEOUT`
/// @param concurrentDials dials under way at once; more are refused with 503
@ConfigurationProperties("holdfast.backend")
public record BackendProperties(
        @DefaultValue("http://localhost:8081") URI url,

        @DefaultValue("10") @DurationUnit(ChronoUnit.SECONDS)
        Duration handshakeTimeout,

        @DefaultValue("2000") int concurrentDials) {

    private static final int LAST_PORT = 65_535;

    public BackendProperties {
        boolean isPlain = "http".equals(url.getScheme())
                && url.getHost() != null
                && url.getUserInfo() == null
                && url.getPort() != 0
                && url.getPort() <= LAST_PORT;
        boolean isBare = (url.getRawPath() == null || url.getRawPath().length() <= 1)
                && url.getRawQuery() == null
                && url.getRawFragment() == null;
        if (!isPlain || !isBare) {
            throw new IllegalArgumentException(
                    "BACKEND_URL: %s (expected: http://host:port of the game-backend on the private network, without a path)"
                            .formatted(url));
        }
        if (handshakeTimeout.compareTo(Duration.ofMillis(100)) < 0
                || handshakeTimeout.compareTo(Duration.ofMinutes(5)) > 0) {
            throw new IllegalArgumentException(
                    "HANDSHAKE_TIMEOUT: %s (expected: PT0.1S to PT5M; a bare number is seconds)"
                            .formatted(handshakeTimeout));
        }
        if (concurrentDials < 1) {
            throw new IllegalArgumentException(
                    "holdfast.backend.concurrent-dials: %d (expected: at least 1)".formatted(concurrentDials));
        }
    }

    /// Without the brackets of an IPv6 address.
    String host() {
        return url.getHost().replaceAll("^\\[|]$", "");
    }

    int port() {
        return url.getPort() == -1 ? 80 : url.getPort();
    }

    /// Host and port as a Host header has them.
    String authority() {
        return url.getPort() == -1 ? url.getHost() : url.getHost() + ":" + url.getPort();
    }
}

package dev.holdfast.gateway.auth;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/// Whose tokens open a session. Off, and everybody anonymous, unless one of the first two is set.
///
/// @param jwksUrl where the issuer publishes its keys. `JWT_JWKS_URL`
/// @param secret the key of an issuer that signs with HS256. `JWT_SECRET`
/// @param previousSecret the one before, while that changes: checks tokens as well. `JWT_SECRET_PREVIOUS`
/// @param audience whom the token must be for; empty: anybody. `JWT_AUDIENCE`
/// @param cookie the name of a cookie that may hold the token; empty: none does. `JWT_COOKIE`
/// @param clockSkew by how much the issuer's clock may differ from ours. `JWT_CLOCK_SKEW`
/// @param expiry what becomes of a session whose token expires. `TOKEN_EXPIRY`
@ConfigurationProperties("holdfast.auth")
record AuthProperties(
        @DefaultValue("") String jwksUrl,
        @DefaultValue("") String secret,
        @DefaultValue("") String previousSecret,
        @DefaultValue("") String audience,
        @DefaultValue("") String cookie,

        @DefaultValue("30") @DurationUnit(ChronoUnit.SECONDS)
        Duration clockSkew,

        @DefaultValue("ignore") Expiry expiry) {
    private static final int SHORTEST_SECRET_BYTES = 32; // RFC 7518, section 3.2
    private static final Duration LARGEST_SKEW = Duration.ofMinutes(10);

    enum Expiry {
        IGNORE,
        CLOSE
    }

    AuthProperties {
        if (!jwksUrl.isEmpty() && !secret.isEmpty()) {
            throw new IllegalArgumentException("JWT_SECRET: set beside JWT_JWKS_URL (expected: only one of them)");
        }
        if (!jwksUrl.isEmpty() && !isHttp(jwksUrl)) {
            throw new IllegalArgumentException(
                    "JWT_JWKS_URL: %s (expected: a URL such as https://issuer.example/.well-known/jwks.json)"
                            .formatted(jwksUrl));
        }
        if (jwksUrl.isEmpty() && secret.isEmpty() && !audience.isEmpty()) {
            throw new IllegalArgumentException(
                    ("JWT_AUDIENCE: %s, but no key to check a token with (expected: JWT_JWKS_URL"
                                    + " or JWT_SECRET beside it; without one everybody would be let in)")
                            .formatted(audience));
        }
        if (secret.isEmpty() && !previousSecret.isEmpty()) {
            throw new IllegalArgumentException(
                    "JWT_SECRET_PREVIOUS: set without JWT_SECRET (expected: the secret that follows it beside it)");
        }
        requireLong("JWT_SECRET", secret);
        requireLong("JWT_SECRET_PREVIOUS", previousSecret);
        if (clockSkew.isNegative() || clockSkew.compareTo(LARGEST_SKEW) > 0) {
            throw new IllegalArgumentException("JWT_CLOCK_SKEW: %s (expected: PT0S to %s; a bare number is seconds)"
                    .formatted(clockSkew, LARGEST_SKEW));
        }
    }

    boolean isOn() {
        return !jwksUrl.isEmpty() || !secret.isEmpty();
    }

    /// Without the secrets.
    @Override
    public String toString() {
        return "AuthProperties[jwksUrl=%s, audience=%s, cookie=%s, clockSkew=%s, expiry=%s]"
                .formatted(jwksUrl, audience, cookie, clockSkew, expiry);
    }

    private static void requireLong(String name, String secret) {
        int bytes = secret.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > 0 && bytes < SHORTEST_SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "%s: %d bytes (expected: at least %d)".formatted(name, bytes, SHORTEST_SECRET_BYTES));
        }
    }

    private static boolean isHttp(String url) {
        try {
            URI uri = new URI(url);
            return uri.getHost() != null && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()));
        } catch (URISyntaxException _) {
            return false;
        }
    }
}

package dev.holdfast.gateway.handshake;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Whose pages may connect.
///
/// @param allowed origins, exact or `https://*.example.com`; there is no default, so that nobody runs open by
///     accident.
///     `CORS_ORIGINS`
/// @param mayBeMissing whether a client that sends no Origin is let in: no browser does that, native clients do.
///     `ALLOW_NO_ORIGIN`
@ConfigurationProperties("holdfast.origin")
record OriginProperties(
        @DefaultValue List<String> allowed,
        @DefaultValue("false") boolean mayBeMissing) {

    OriginProperties {
        if (allowed.isEmpty()) {
            throw new IllegalArgumentException(
                    "CORS_ORIGINS: not set (expected: the origins of the pages that may connect, for example https://game.example.com; the profile local allows localhost)");
        }
    }
}

package dev.holdfast.gateway.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedOriginsTest {
    private final AllowedOrigins origins = new AllowedOrigins(
            List.of("https://game.example", "http://localhost:5173", "https://*.play.example", "http://[::1]:5173"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://game.example",
                "HTTPS://Game.EXAMPLE",
                "https://game.example:443",
                "http://localhost:5173",
                "http://[::1]:5173",
                "https://a.play.example",
                "https://a.b.play.example",
                "https://A.PLAY.example:443",
            })
    void allows(String origin) {
        assertThat(origins.allows(origin)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "*",
                "game.example",
                "http://game.example",
                "https://game.example:8443",
                "https://game.example/",
                "https://game.example?",
                "https://game.example#",
                "https://game.example@evil.example",
                "https://evil.example@game.example",
                "https://game.example.evil.example",
                "https://evilgame.example",
                "https://gаme.example", // a Cyrillic а
                "https://play.example",
                "https://.play.example",
                "https://aplay.example",
                "https://a..play.example",
                "https://-.play.example",
                "http://a.play.example",
                "https://a.play.example:444",
                "https://a.play.example.evil.example",
                "https://a_b.play.example",
                "https://game.example https://evil.example",
                "https://game.example,https://evil.example",
                "https://game.example:443:443",
                "https://game.example:99999",
                "ftp://game.example",
                "https://",
                "https:game.example",
                "https://game.example\\.evil.example",
                "https://game.example%2eevil.example",
            })
    void refuses(String origin) {
        assertThat(origins.allows(origin)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "null",
                "game.example",
                "https://game.example/",
                "https://*",
                "https://*.",
                "https://*.com",
                "https://a.*.example"
            })
    void an_entry_that_is_no_origin_stops_the_start(String entry) {
        assertThatThrownBy(() -> new AllowedOrigins(List.of(entry)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("CORS_ORIGINS: " + entry + " (expected: ");
    }
}

package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may open a session from a page: the origins of `CORS_ORIGINS`, here one exact and one pattern.
class OriginTest {
    private static final Handshake HANDSHAKE = Handshake.to("/ws/g1/p1");

    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(backend.url());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://game.example",
                "https://game.example:443",
                "HTTPS://GAME.example:443",
                "https://a.play.example",
                "https://a.b.play.example",
                "https://A-1.PLAY.Example",
                "https://xn--bcher-kva.play.example"
            })
    void a_page_on_the_list_comes_in(String origin) {
        assertThat(gateway.open(backend, HANDSHAKE.having("Origin", origin))
                        .answer()
                        .status())
                .isEqualTo(101);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "",
                "*",
                "game.example",
                "https://",
                "https://evil.com",
                "http://game.example",
                "ws://game.example",
                "wss://game.example",
                "https://game.example:8443",
                "https://game.example:80",
                "https://game.example:0443x",
                "https://game.example.",
                "https://game.example/",
                "https://game.example/path",
                "https://game.example?x",
                "https://game.example#x",
                "https://game.example.evil.com",
                "https://game.example@evil.com",
                "https://game.example:443@evil.com",
                "https://user@game.example",
                "https://evil.com/game.example",
                "https://evil.com#game.example",
                "https://evil.com\\game.example",
                "https://evilgame.example",
                "https://sub.game.example",
                "https://game.example,https://evil.com",
                "https://game.example https://evil.com",
                "https://evil.com https://game.example",
                "https://play.example",
                "https://.play.example",
                "https://evilplay.example",
                "https://*.play.example",
                "https://a..play.example",
                "https://a.play.example.evil.com",
                "https://evil.com/.play.example",
                "https://evil.com?.play.example",
                "https://evil.com#.play.example",
                "https://evil.com:1.play.example",
                "https://a@b.play.example",
                "https://a%2e.play.example",
                "https://a.play.example:8443",
                "http://a.play.example",
                "file://a.play.example",
                "https://g\u0430me.example",
                "https://a.pl\u0430y.example",
                "https://xn--gme-5cd.example",
                "https://ga\u200bme.example",
                "https://game\uff0eexample",
                "https://[::1]",
                "https://[game.example"
            })
    void any_other_page_is_refused_before_any_dial(String origin) {
        TestClient client = gateway.connect().ask(HANDSHAKE.having("Origin", origin));
        assertThat(Refusal.nextOf(client).status()).isEqualTo(403);
        assertNotDialled();
    }

    @Test
    void a_client_without_a_page_is_refused_before_any_dial() {
        TestClient client = gateway.connect().ask(HANDSHAKE.without("Origin"));
        assertThat(Refusal.nextOf(client).status()).isEqualTo(403);
        assertNotDialled();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://game.example", "https://evil.com", "null"})
    void two_origins_are_refused_before_any_dial(String second) {
        TestClient client = gateway.connect().ask(HANDSHAKE.with("Origin", second));
        assertThat(Refusal.nextOf(client).status()).isEqualTo(403);
        assertNotDialled();
        client = gateway.connect().ask(HANDSHAKE.having("Origin", second).with("Origin", Handshake.ORIGIN));
        assertThat(Refusal.nextOf(client).status()).isEqualTo(403);
        assertNotDialled();
    }

    @Test
    void the_refusal_names_the_origin_and_no_other_one() {
        TestClient client = gateway.connect().ask(HANDSHAKE.having("Origin", "https://evil.com"));
        assertThat(Refusal.nextOf(client).body().path("message").asString())
                .contains("https://evil.com")
                .doesNotContain("game.example");
    }

    /// The first connection that the backend sees is that of the next client who may come in.
    private static void assertNotDialled() {
        Session next = gateway.open(backend, Handshake.to("/ws/g1/next"));
        assertThat(next.backend().request().target()).isEqualTo("/ws/g1/next");
        assertThat(next.answer().status()).isEqualTo(101);
    }
}

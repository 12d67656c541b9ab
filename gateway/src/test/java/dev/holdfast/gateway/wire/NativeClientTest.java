package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// `ALLOW_NO_ORIGIN=true`: programs may come in that are no page, and only they.
class NativeClientTest {
    private static final Handshake HANDSHAKE = Handshake.to("/ws/g1/p1");

    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(backend.url(), "ALLOW_NO_ORIGIN=true");

    @Test
    void a_client_without_an_origin_comes_in_and_none_is_forged_for_it() {
        Session session = gateway.open(backend, HANDSHAKE.without("Origin"));
        assertThat(session.answer().status()).isEqualTo(101);
        assertThat(session.backend().request().has("Origin")).isFalse();
    }

    @Test
    void a_page_that_is_not_on_the_list_is_refused_all_the_same() {
        for (String origin : new String[] {"https://evil.com", "null", ""}) {
            TestClient client = gateway.connect().ask(HANDSHAKE.having("Origin", origin));
            assertThat(Refusal.nextOf(client).status()).as(origin).isEqualTo(403);
        }
    }
}

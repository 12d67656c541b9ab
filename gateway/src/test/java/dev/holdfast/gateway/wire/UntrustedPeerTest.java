package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Set up for Railway, called from elsewhere: nobody there is believed.
class UntrustedPeerTest {
    @Order(1)
    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @Order(2)
    @RegisterExtension
    static final TestGateway gateway = new TestGateway(backend.url(), "TRUSTED_PROXIES=railway");

    @ParameterizedTest
    @ValueSource(strings = {"100.64.0.1", "203.0.113.7", "6.6.6.1, 6.6.6.2", "nonsense"})
    void what_it_says_of_an_address_is_dropped_unread(String said) {
        Session session = gateway.open(
                backend, Handshake.to("/ws/g1/p1").with("X-Real-IP", said).with("X-Forwarded-Proto", "https"));
        Head request = session.backend().request();

        assertThat(session.answer().status()).isEqualTo(101);
        assertThat(request.all("X-Forwarded-For"))
                .containsExactly(session.client().address());
        assertThat(request.all("X-Forwarded-Proto")).containsExactly("http");
        assertThat(request.has("X-Real-IP")).isFalse();
    }

    @Test
    void it_is_counted_as_a_peer_only() {
        gateway.open(backend, Handshake.to("/ws/g1/p1").with("X-Real-IP", "203.0.113.7"));

        assertThat(gateway.metric("holdfast_client_addresses_total", "from=\"peer\""))
                .isPositive();
        assertThat(gateway.metric("holdfast_client_addresses_total", "from=\"header\""))
                .isZero();
    }
}

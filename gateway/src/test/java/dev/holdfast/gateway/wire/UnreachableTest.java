package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A backend that does not even answer a SYN.
class UnreachableTest {
    @Order(1)
    @RegisterExtension
    static final SilentAddress silent = new SilentAddress(InetAddress.getLoopbackAddress(), 0);

    @Order(2)
    @RegisterExtension
    static final TestGateway gateway = new TestGateway("http://localhost:" + silent.port(), "HANDSHAKE_TIMEOUT=2s");

    @Test
    void a_client_is_told_when_its_time_is_over() {
        TestClient client = gateway.connect().ask(Handshake.to("/ws/g1/p1"));

        assertThat(client.nextHead().status()).isEqualTo(504);
    }
}

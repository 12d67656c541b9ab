package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/// A gateway that starts while the backend's name still stands for an address where nobody is any more.
class StaleAddressTest {
    private static final InetAddress LEFT = address("127.0.0.2");
    private static final InetAddress HERE = address("127.0.0.1");

    @Order(1)
    @RegisterExtension
    static final TestNames names = new TestNames();

    @Order(1)
    @RegisterExtension
    static final TestBackend backend = TestBackend.at(HERE, 0);

    @Order(1)
    @RegisterExtension
    static final SilentAddress silent = new SilentAddress(LEFT, backend.port());

    static {
        names.know(List.of(LEFT, HERE));
    }

    @Order(2)
    @RegisterExtension
    static final TestGateway gateway = new TestGateway("http://backend.test:" + backend.port()).with(OwnNames.class);

    static final class OwnNames {
        @Bean
        @Primary
        DnsServerAddressStreamProvider ownNames() {
            return names.provider();
        }
    }

    @Test
    void it_is_ready_as_soon_as_another_address_answers() {
        long deadline = System.nanoTime() + RawLeg.DEADLINE.toNanos();
        while (gateway.http(gateway.request("/readyz")).statusCode() != 200) {
            assertThat(System.nanoTime()).as("waiting to be ready").isLessThan(deadline);
        }
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new AssertionError("Not an address: " + text, e);
        }
    }
}

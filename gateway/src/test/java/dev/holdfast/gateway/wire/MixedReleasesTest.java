package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/// A replica that speaks the link protocol has gone, and the one that is left does not: a rollback.
class MixedReleasesTest {
    private static final InetAddress FIRST = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress SECOND = InetAddress.ofLiteral("127.0.0.2");
    private static final int WINDOW = 4;

    @RegisterExtension
    @Order(1)
    static final TestNames names = new TestNames();

    @RegisterExtension
    @Order(1)
    static final TestBackend linked = TestBackend.at(FIRST, 0);

    @RegisterExtension
    @Order(1)
    static final TestBackend plain = TestBackend.at(SECOND, linked.port());

    static {
        names.know(List.of(FIRST));
    }

    @RegisterExtension
    @Order(2)
    static final TestGateway gateway = new TestGateway(
                    "http://backend.test:" + linked.port(),
                    "holdfast.circuit.minimum-calls=" + WINDOW,
                    "holdfast.circuit.window=" + WINDOW,
                    "holdfast.circuit.open-for=1h")
            .with(OwnNames.class);

    static final class OwnNames {
        @Bean
        @Primary
        DnsServerAddressStreamProvider ownNames() {
            return names.provider();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_held_session_for_which_there_is_no_replica_keeps_no_newcomer_out(boolean drains) {
        names.know(List.of(FIRST));
        plain.always(BackendLeg::upgrade);
        Session held = gateway.open(linked, Handshake.to("/ws/g1/held"), "Holdfast-Link: 1");
        names.know(List.of(FIRST, SECOND));
        linked.down();
        if (drains) {
            linked.up();
            linked.always(leg -> leg.refuse(503, "draining"));
        }
        double before = dials();
        held.backend().reset();
        long deadline = System.nanoTime() + RawLeg.DEADLINE.toNanos();
        // With the one that opened the session a whole window
        while (dials() < before + WINDOW - 1) {
            assertThat(System.nanoTime()).as("waiting for dials").isLessThan(deadline);
        }

        assertThat(gateway.connect()
                        .ask(Handshake.to("/ws/g1/newcomer"))
                        .nextHead()
                        .status())
                .isEqualTo(101);
    }

    /// Those that the circuit has judged.
    private static double dials() {
        return gateway.metric("resilience4j_circuitbreaker_calls_seconds_count", "name=\"dial\"");
    }
}

package dev.holdfast.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionsTest {
    private static final String HOME = "203.0.113.7";

    private final Connections connections =
            new Connections(new Places(3, Limit.TOO_MANY_CONNECTIONS, 1, Limit.TOO_MANY_CONNECTIONS), 1);

    @Test
    void an_address_has_its_share_until_its_connection_ends() {
        EmbeddedChannel first = new EmbeddedChannel();
        assertThat(connections.arrive(first, address(HOME), false)).isEmpty();
        assertThat(arrive(HOME, false)).contains(Limit.TOO_MANY_CONNECTIONS);
        assertThat(arrive("203.0.113.8", false)).isEmpty();
        assertThat(connections.open()).isEqualTo(2);

        first.close();
        first.runPendingTasks();
        assertThat(connections.open()).isEqualTo(1);
        assertThat(arrive(HOME, false)).isEmpty();
    }

    @Test
    void a_trusted_proxy_and_loopback_count_in_all_only() {
        assertThat(arrive(HOME, true)).isEmpty();
        assertThat(arrive(HOME, true)).isEmpty();
        assertThat(arrive("127.0.0.1", false)).isEmpty();
        assertThat(arrive("::1", false)).contains(Limit.TOO_MANY_CONNECTIONS);
        assertThat(connections.open()).isEqualTo(3);
    }

    @Test
    void the_last_ones_are_for_who_calls_from_this_machine() {
        assertThat(arrive("203.0.113.8", false)).isEmpty();
        assertThat(arrive(HOME, true)).isEmpty();
        assertThat(arrive(HOME, true)).contains(Limit.TOO_MANY_CONNECTIONS);
        assertThat(arrive("203.0.113.9", false)).contains(Limit.TOO_MANY_CONNECTIONS);

        assertThat(arrive("127.0.0.1", false)).isEmpty();
        assertThat(arrive("127.0.0.1", false)).contains(Limit.TOO_MANY_CONNECTIONS);
        assertThat(connections.open()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"9750, 20000, 10000", "1000, 20000, 2250", "20000, 1048576, 40250", "1, 100, 11"})
    void there_are_as_many_as_backend_legs_leave_files_for(int sessions, long openFiles, int most) {
        assertThat(LimitsConfiguration.mostConnections(sessions, openFiles)).isEqualTo(most);
    }

    private Optional<Limit> arrive(String address, boolean isTrusted) {
        return connections.arrive(new EmbeddedChannel(), address(address), isTrusted);
    }

    private static InetAddress address(String text) {
        return Objects.requireNonNull(NetUtil.createInetAddressFromIpAddressString(text));
    }
}

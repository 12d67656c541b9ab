package dev.holdfast.gateway.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressPropertiesTest {
    @ParameterizedTest
    @CsvSource({
        "railway, 100.64.0.0, true",
        "railway, 100.127.255.255, true",
        "railway, 100.63.255.255, false",
        "railway, 100.128.0.0, false",
        "railway, 10.1.2.3, false",
        "railway, fd12::1, false",
        "10.0.0.1/8, 10.9.9.9, true",
        "10.0.0.1, 10.0.0.1, true",
        "10.0.0.1, 10.0.0.2, false",
        "fd00::/8, fd12::1, true",
        "fd00::/8, fe80::1, false",
        "::1, ::1, true",
        "0.0.0.0/0, 8.8.8.8, true",
        "0.0.0.0/0, ::1, false",
        "10.0.0.0/8, ::ffff:10.0.0.1, true"
    })
    void a_network_has_the_addresses_that_it_says(String network, String address, boolean isIn) {
        ClientAddressProperties properties = new ClientAddressProperties(List.of(network), "X-Real-IP");
        InetAddress peer = IpAddress.read(address).orElseThrow();

        assertThat(properties.networks().getFirst().matches(new InetSocketAddress(peer, 1)))
                .isEqualTo(isIn);
    }

    @Test
    void railway_brings_its_header_unless_another_is_set() {
        assertThat(new ClientAddressProperties(List.of("railway"), "").addressHeader())
                .isEqualTo("X-Real-IP");
        assertThat(new ClientAddressProperties(List.of("railway"), "X-Client").addressHeader())
                .isEqualTo("X-Client");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "1.2.3",
                "1.2.3.4:5",
                "1.2.3.4, 5.6.7.8",
                "[::1]",
                "fe80::1%eth0",
                "1.2.3.4 ",
                "dead"
            })
    void what_is_not_one_plain_address_is_none(String text) {
        assertThat(IpAddress.read(text)).isEmpty();
    }
}

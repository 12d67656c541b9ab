package dev.holdfast.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.handler.predicate.RoutePredicateFactory;

class PlainRoutesTest {
    @Test
    void wires_what_the_route_needs_with_its_settings() {
        var gateway = new SpringApplicationBuilder(GatewayApplication.class);

        try (var running = gateway.run(
                "--PORT=0", "--MANAGEMENT_PORT=0", "--CORS_ORIGINS=https://game.example", "--DRAIN_DELAY=0")) {
            assertThat(running.getBeanNamesForType(RoutePredicateFactory.class))
                    .containsExactly("pathRoutePredicateFactory");
            assertThat(running.getBeanNamesForType(GatewayFilterFactory.class))
                    .containsExactly("stripPrefixGatewayFilterFactory");
            HttpClientProperties client = running.getBean(HttpClientProperties.class);
            assertThat(client.getConnectTimeout()).isEqualTo(3_000);
            assertThat(client.getPool().getMaxIdleTime()).isEqualTo(Duration.ofSeconds(20));
        }
    }
}

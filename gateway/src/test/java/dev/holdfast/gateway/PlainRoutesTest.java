package dev.holdfast.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.gateway.config.HttpClientProperties;

class PlainRoutesTest {
    @Test
    void takes_the_settings_of_application_yaml() {
        var gateway = new SpringApplicationBuilder(GatewayApplication.class);

        try (var running = gateway.run(
                "--PORT=0", "--MANAGEMENT_PORT=0", "--CORS_ORIGINS=https://game.example", "--DRAIN_DELAY=0")) {
            HttpClientProperties client = running.getBean(HttpClientProperties.class);
            assertThat(client.getConnectTimeout()).isEqualTo(3_000);
            assertThat(client.getPool().getMaxIdleTime()).isEqualTo(Duration.ofSeconds(20));
        }
    }
}

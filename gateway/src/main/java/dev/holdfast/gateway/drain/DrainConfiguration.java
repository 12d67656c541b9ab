package dev.holdfast.gateway.drain;

import dev.holdfast.gateway.relay.Sessions;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DrainProperties.class)
class DrainConfiguration {
    @Bean
    Drain drain(DrainProperties properties, Sessions sessions, ApplicationEventPublisher events) {
        return new Drain(properties, sessions, events);
    }

    @Bean
    MeterBinder drainMeters(Drain drain) {
        return registry -> Gauge.builder("holdfast.drain.remaining", drain, Drain::remaining)
                .description("Sessions still to leave in a drain; 0 without one")
                .register(registry);
    }
}

package dev.holdfast.game.trace;

import io.micrometer.tracing.Tracer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class TraceConfiguration {
    @Bean
    Traces traces(Tracer tracer) {
        return new Traces(tracer);
    }
}

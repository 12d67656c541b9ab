package dev.holdfast.gateway.trace;

import io.micrometer.tracing.Tracer;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.micrometer.tracing.autoconfigure.TracingProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TracingProperties.class)
class TraceConfiguration {
    @Bean
    Traces traces(Tracer tracer) {
        return new Traces(tracer);
    }

    @Bean
    Sampler sampler(TracingProperties properties) {
        double share = properties.getSampling().getProbability();
        return Sampler.parentBased(new LinkedSampler(Sampler.traceIdRatioBased(share)));
    }
}

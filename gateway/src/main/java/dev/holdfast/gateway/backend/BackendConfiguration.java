package dev.holdfast.gateway.backend;

import dev.holdfast.gateway.trace.Traces;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.micrometer.tagged.TaggedBulkheadMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.netty.channel.socket.DatagramChannel;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import java.io.IOException;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.channel.AbortedException;
import reactor.netty.resources.LoopResources;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({BackendProperties.class, CircuitProperties.class})
class BackendConfiguration {
    private static final int ATTEMPTS = 3;
    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    /// Of failed calls, which opens a circuit.
    private static final float FAILURE_PERCENT = 50;
    /// Longest that a name's addresses are believed: they change with each deployment.
    private static final int LONGEST_TTL_SECONDS = 5;

    private static final int NEGATIVE_TTL_SECONDS = 1;
    private static final Duration DNS_TIMEOUT = Duration.ofSeconds(2);

    @Bean
    Circuit dialCircuit(
            CircuitProperties properties,
            BackendProperties backend,
            CircuitBreakerRegistry breakers,
            BulkheadRegistry bulkheads) {
        return circuit("dial", properties, backend, breakers, bulkheads);
    }

    @Bean
    Circuit httpCircuit(
            CircuitProperties properties,
            BackendProperties backend,
            CircuitBreakerRegistry breakers,
            BulkheadRegistry bulkheads) {
        return circuit("http", properties, backend, breakers, bulkheads);
    }

    private static Circuit circuit(
            String name,
            CircuitProperties properties,
            BackendProperties backend,
            CircuitBreakerRegistry breakers,
            BulkheadRegistry bulkheads) {
        CircuitBreaker breaker = breakers.circuitBreaker(
                name,
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(properties.window())
                        .minimumNumberOfCalls(properties.minimumCalls())
                        .failureRateThreshold(FAILURE_PERCENT)
                        .waitDurationInOpenState(properties.openFor())
                        .permittedNumberOfCallsInHalfOpenState(Math.min(5, properties.minimumCalls()))
                        .recordResult(BackendConfiguration::isFailure)
                        // A client that leaves in the middle of its request says nothing about the backend either
                        .ignoreException(AbortedException.class::isInstance)
                        .build());
        Retry retry = Retry.of(
                name,
                RetryConfig.custom()
                        .maxAttempts(ATTEMPTS)
                        .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(FIRST_WAIT, 2, 0.5))
                        .retryOnException(IOException.class::isInstance)
                        .build());
        Bulkhead bulkhead = bulkheads.bulkhead(
                name,
                BulkheadConfig.custom()
                        .maxConcurrentCalls(backend.concurrentDials())
                        .maxWaitDuration(Duration.ZERO)
                        .build());
        return new Circuit(breaker, retry, bulkhead);
    }

    /// A refusal is the client's own fault below 500 and says nothing about the backend.
    private static boolean isFailure(Object answer) {
        return switch (answer) {
            case DialAnswer.Refused refused -> refused.isFailure();
            case HttpStatusCode status -> status.is5xxServerError();
            default -> false;
        };
    }

    @Bean
    CircuitBreakerRegistry circuitBreakers() {
        return CircuitBreakerRegistry.ofDefaults();
    }

    @Bean
    BulkheadRegistry bulkheads() {
        return BulkheadRegistry.ofDefaults();
    }

    @Bean
    MeterBinder circuitBreakerMeters(CircuitBreakerRegistry breakers) {
        return registry ->
                TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers).bindTo(registry);
    }

    @Bean
    MeterBinder bulkheadMeters(BulkheadRegistry bulkheads) {
        return registry -> TaggedBulkheadMetrics.ofBulkheadRegistry(bulkheads).bindTo(registry);
    }

    /// The machine's own.
    @Bean
    DnsServerAddressStreamProvider nameServers() {
        return DnsServerAddressStreamProviders.platformDefault();
    }

    @Bean(destroyMethod = "close")
    DnsAddressResolverGroup backendResolver(
            ReactorResourceFactory resources, DnsServerAddressStreamProvider nameServers) {
        LoopResources loops = resources.getLoopResources();
        return new DnsAddressResolverGroup(new DnsNameResolverBuilder()
                .datagramChannelFactory(() -> loops.onChannel(DatagramChannel.class, loops.onClient(true)))
                .nameServerProvider(nameServers)
                .ttl(0, LONGEST_TTL_SECONDS)
                .negativeTtl(NEGATIVE_TTL_SECONDS)
                .queryTimeoutMillis(DNS_TIMEOUT.toMillis()));
    }

    @Bean
    BackendDialer backendDialer(
            BackendProperties properties,
            DnsAddressResolverGroup backendResolver,
            Circuit dialCircuit,
            ReactorResourceFactory resources,
            Traces traces) {
        return new BackendDialer(
                properties,
                new BackendAddresses(properties, backendResolver),
                dialCircuit,
                resources.getLoopResources(),
                traces);
    }

    @Bean
    BackendReach backendHealthIndicator(
            BackendProperties properties, DnsAddressResolverGroup backendResolver, ReactorResourceFactory resources) {
        return new BackendReach(properties, backendResolver, resources.getLoopResources());
    }

    /// The HTTP client's own second try would send a POST twice; ours knows which requests may be repeated.
    @Bean
    HttpClientCustomizer backendHttpClient(DnsAddressResolverGroup backendResolver, ReactorResourceFactory resources) {
        return client -> client.disableRetry(true).resolver(backendResolver).runOn(resources.getLoopResources());
    }

    @Bean
    ApiFilter apiFilter(BackendProperties properties, Circuit httpCircuit) {
        return new ApiFilter(properties, httpCircuit);
    }
}

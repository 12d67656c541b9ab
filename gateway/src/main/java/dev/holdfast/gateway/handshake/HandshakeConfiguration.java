package dev.holdfast.gateway.handshake;

import dev.holdfast.gateway.auth.Authenticator;
import dev.holdfast.gateway.backend.BackendDialer;
import dev.holdfast.gateway.drain.Drain;
import dev.holdfast.gateway.limits.Admissions;
import dev.holdfast.gateway.relay.Sessions;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsWebFilter;
import org.springframework.web.cors.reactive.UrlBasedCorsConfigurationSource;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({OriginProperties.class, ClientAddressProperties.class})
class HandshakeConfiguration {
    private static final Duration PREFLIGHT_AGE = Duration.ofHours(1);

    @Bean
    AllowedOrigins allowedOrigins(OriginProperties properties) {
        return new AllowedOrigins(properties.allowed());
    }

    @Bean
    HandshakeMeters handshakeMeters(MeterRegistry registry) {
        return new HandshakeMeters(registry);
    }

    @Bean
    Callers callers(
            ClientAddressProperties properties, Refusals refusals, HandshakeMeters handshakes, MeterRegistry registry) {
        return new Callers(properties, refusals, handshakes, registry);
    }

    @Bean
    UpgradeFilter upgradeFilter(
            AllowedOrigins origins,
            OriginProperties properties,
            Admissions admissions,
            Authenticator authenticator,
            BackendDialer dialer,
            Sessions sessions,
            Drain drain,
            Refusals refusals,
            HandshakeMeters meters) {
        return new UpgradeFilter(
                origins,
                properties,
                admissions,
                authenticator,
                dialer,
                sessions,
                new SessionIds(),
                drain,
                refusals,
                meters);
    }

    @Bean
    ForwardedHeaders forwardedHeaders() {
        return new ForwardedHeaders();
    }

    @Bean
    OwnCors ownCors() {
        return new OwnCors();
    }

    @Bean
    NettyServerCustomizer clientGate() {
        return server -> server.doOnChannelInit((observer, channel, peer) -> ClientGate.install(channel.pipeline()));
    }

    /// The same origins that may connect may call `/api/**`.
    @Bean
    CorsWebFilter apiCors(AllowedOrigins origins) {
        CorsConfiguration cors = new CorsConfiguration() {
            @Override
            public @Nullable String checkOrigin(@Nullable String origin) {
                return origin != null && origins.allows(origin) ? origin : null;
            }
        };
        cors.setAllowCredentials(true);
        cors.setAllowedMethods(List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"));
        cors.addAllowedHeader(CorsConfiguration.ALL);
        cors.setExposedHeaders(List.of("Location", "Retry-After"));
        cors.setMaxAge(PREFLIGHT_AGE);
        UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
        source.registerCorsConfiguration("/api/**", cors);
        return new CorsWebFilter(source);
    }
}

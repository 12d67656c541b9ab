package dev.holdfast.gateway.handshake;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.holdfast.gateway.backend.BackendProperties;
import dev.holdfast.gateway.limits.Admissions;
import dev.holdfast.gateway.limits.Connections;
import dev.holdfast.gateway.limits.Requests;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.util.unit.DataSize;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsConfigurationSource;
import org.springframework.web.cors.reactive.UrlBasedCorsConfigurationSource;
import reactor.netty.NettyPipeline;
import reactor.netty.resources.LoopResources;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({OriginProperties.class, ClientAddressProperties.class})
class HandshakeConfiguration {
    private static final Duration PREFLIGHT_AGE = Duration.ofHours(1);

    /// The event loops of everything that the gateway serves and dials.
    @Bean
    ReactorResourceFactory reactorResourceFactory(
            @Value("${spring.reactor.netty.shutdown-quiet-period}") Duration quietPeriod) {
        ReactorResourceFactory resources = new ReactorResourceFactory();
        resources.setUseGlobalResources(false);
        resources.setLoopResourcesSupplier(() -> EventLoops.of(LoopResources.DEFAULT_IO_WORKER_COUNT));
        resources.setShutdownQuietPeriod(quietPeriod);
        return resources;
    }

    @Bean
    AllowedOrigins allowedOrigins(OriginProperties properties) {
        return new AllowedOrigins(properties.allowed());
    }

    @Bean
    HandshakeMeters handshakeMeters(MeterRegistry registry) {
        return new HandshakeMeters(registry);
    }

    @Bean
    RefusalLog refusalLog() {
        return new RefusalLog(Ticker.systemTicker());
    }

    @Bean
    TrustedProxies trustedProxies(ClientAddressProperties properties) {
        return new TrustedProxies(properties);
    }

    @Bean
    Callers callers(ClientAddressProperties properties, MeterRegistry registry) {
        return new Callers(properties, registry);
    }

    @Bean
    @Order(0)
    HttpGate httpGate(
            AllowedOrigins origins,
            Callers callers,
            TrustedProxies trusted,
            Requests requests,
            HandshakeMeters meters,
            Refusals refusals,
            RefusalLog log) {
        return new HttpGate(pages(origins), callers, trusted, requests, meters, refusals, log);
    }

    @Bean
    SessionIds sessionIds(SecureRandom random) {
        return new SessionIds(random);
    }

    @Bean
    Upgrades upgrades(
            AllowedOrigins origins,
            OriginProperties properties,
            Callers callers,
            Admissions admissions,
            Handshake.Means means) {
        return new Upgrades(origins, properties, callers, admissions, means);
    }

    @Bean
    ForwardedHeaders forwardedHeaders() {
        return new ForwardedHeaders();
    }

    @Bean
    OwnCors ownCors() {
        return new OwnCors();
    }

    /// The public port's alone: what customizes the management port's server is of another type.
    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> clientGate(
            ReactorResourceFactory resources,
            BackendProperties backend,
            Connections connections,
            TrustedProxies trusted,
            Refusals refusals,
            HandshakeMeters meters,
            Upgrades upgrades,
            @Value("${server.max-http-request-header-size}") DataSize longestHead,
            @Value("${server.netty.idle-timeout}") Duration idleTime) {
        GateRules rules = new GateRules(
                (int) longestHead.toBytes(), backend.handshakeTimeout(), idleTime, refusals, meters::refused);
        Entrance entrance = new Entrance((channel, httpServer) -> {
            if (channel.remoteAddress() instanceof InetSocketAddress socket) {
                InetAddress address = IpAddress.plain(socket.getAddress());
                Peer peer = new Peer(address, trusted.contain(address));
                ClientGate gate = ClientGate.install(channel.pipeline(), rules, upgrades.doormanFor(peer), httpServer);
                connections.arrive(channel, address, peer.isTrusted()).ifPresent(gate::refuse);
            } else {
                // Gone already
                channel.close();
            }
        });
        ReactorResourceFactory gated = new ReactorResourceFactory();
        gated.setLoopResources(new GatedLoops(resources.getLoopResources(), entrance));
        return factory -> {
            factory.setResourceFactory(gated);
            // The gate has decoded already
            factory.addServerCustomizers(server ->
                    server.doOnChannelInit((_, channel, _) -> channel.pipeline().remove(NettyPipeline.HttpCodec)));
        };
    }

    /// The same origins that may connect may call `/api/**`.
    private static CorsConfigurationSource pages(AllowedOrigins origins) {
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
        source.registerCorsConfiguration(HttpGate.PATHS, cors);
        return source;
    }
}

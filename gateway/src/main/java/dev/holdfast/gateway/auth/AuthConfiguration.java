package dev.holdfast.gateway.auth;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AuthProperties.class)
class AuthConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(AuthConfiguration.class);

    /// Of tickets and of sessions' names. It reads its seed here, at the start: an event loop must not wait for it.
    /// Later bits are computed.
    @Bean
    SecureRandom random() throws NoSuchAlgorithmException {
        SecureRandom random = SecureRandom.getInstance("DRBG");
        random.nextBytes(new byte[1]);
        return random;
    }

    @Bean
    IssuerKeys issuerKeys(AuthProperties properties, ReactorResourceFactory resources) {
        WebClient http = WebClient.builder()
                .clientConnector(new ReactorClientHttpConnector(resources, UnaryOperator.identity()))
                .build();
        return new IssuerKeys(properties.jwksUrl(), http, Ticker.systemTicker(), Schedulers.parallel());
    }

    @Bean
    MeterBinder issuerMeters(IssuerKeys keys) {
        return registry -> Gauge.builder("holdfast.issuer.keys.age", keys, IssuerKeys::ageSeconds)
                .description("Time since the issuer last gave its keys")
                .baseUnit("seconds")
                .register(registry);
    }

    @Bean
    TicketMeters ticketMeters(MeterRegistry registry) {
        return new TicketMeters(registry);
    }

    @Bean
    Authenticator authenticator(AuthProperties properties, SecureRandom random, IssuerKeys keys) {
        if (!properties.isOn()) {
            return Authenticator.OFF;
        }
        if (properties.audience().isEmpty()) {
            LOG.warn("JWT_AUDIENCE is not set: any token of this issuer opens a session, whatever app it is for");
        }
        return new JwtAuthenticator(
                properties, Decoders.decoder(properties, keys), new Tickets(Ticker.systemTicker(), random));
    }

    @Bean
    TokenFilter tokenFilter(AuthProperties properties) {
        return new TokenFilter(properties);
    }

    /// `POST /api/tickets`, before the route that takes the rest of `/api`; without authentication it is the
    /// backend's like the rest.
    @Bean
    RouterFunction<ServerResponse> ticketRoute(Authenticator authenticator, TicketMeters meters) {
        RequestPredicate asked =
                RequestPredicates.method(HttpMethod.POST).and(RequestPredicates.path(Authenticator.TICKETS));
        return authenticator instanceof JwtAuthenticator jwt
                ? RouterFunctions.route(asked, request -> give(jwt, meters, request))
                : _ -> Mono.empty();
    }

    private static Mono<ServerResponse> give(
            JwtAuthenticator authenticator, TicketMeters meters, ServerRequest request) {
        HttpServerRequest http =
                ServerHttpRequestDecorator.getNativeRequest(request.exchange().getRequest());
        return meters.counted(authenticator.giveTicket(http.requestHeaders()))
                .flatMap(ticket -> ServerResponse.status(HttpStatus.CREATED)
                        .cacheControl(CacheControl.noStore())
                        .bodyValue(Map.of("ticket", ticket, "expiresIn", Tickets.LIFE.toSeconds())));
    }
}

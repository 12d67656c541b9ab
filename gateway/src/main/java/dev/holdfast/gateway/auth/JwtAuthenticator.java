package dev.holdfast.gateway.auth;

import com.nimbusds.jose.Header;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTParser;
import dev.holdfast.gateway.auth.AuthFailure.Kind;
import io.netty.handler.codec.http.HttpHeaders;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import reactor.core.publisher.Mono;

/// Lets in who brings a good token, or a ticket that was given for one.
final class JwtAuthenticator implements Authenticator {
    // Keeps the arithmetic far from its end
    private static final Duration LONGEST = Duration.ofDays(3650);
    private static final int LONGEST_SHOWN = 100;

    private final AuthProperties properties;
    private final ReactiveJwtDecoder decoder;
    private final Tickets tickets;

    JwtAuthenticator(AuthProperties properties, ReactiveJwtDecoder decoder, Tickets tickets) {
        this.properties = properties;
        this.decoder = decoder;
        this.tickets = tickets;
    }

    @Override
    public Mono<Admission> admit(String target, HttpHeaders headers) {
        return Credentials.ticket(target)
                .map(this::use)
                .orElseGet(() -> identify(headers))
                .map(identity -> new Admission(
                        Credentials.withoutTicket(target),
                        Credentials.withoutToken(headers, properties.cookie()),
                        Optional.of(identity.subject()),
                        mayLast(identity)));
    }

    /// A ticket for a token: another ticket buys none.
    Mono<String> giveTicket(HttpHeaders headers) {
        return identify(headers).map(tickets::give);
    }

    private Mono<Identity> identify(HttpHeaders headers) {
        return Credentials.token(headers, properties.cookie())
                .map(this::check)
                .orElseGet(() -> Mono.error(new AuthFailure(
                        Kind.TOKEN_MISSING,
                        "No token was sent; send a JWT as Authorization: Bearer%s, or a ticket from POST /api/tickets as ?ticket=."
                                .formatted(
                                        properties.cookie().isEmpty()
                                                ? ""
                                                : ", in the cookie " + properties.cookie()))));
    }

    private Mono<Identity> use(String ticket) {
        return Mono.justOrEmpty(tickets.use(ticket))
                .switchIfEmpty(Mono.error(() -> new AuthFailure(
                        Kind.TICKET_REFUSED,
                        "The ticket is unknown here, used or older than %d s; ask POST /api/tickets for another."
                                .formatted(Tickets.LIFE.toSeconds()))));
    }

    private Mono<Identity> check(String token) {
        return decoder.decode(token).map(this::identity).onErrorMap(failure -> failure(failure, token));
    }

    private Identity identity(Jwt jwt) {
        return new Identity(
                Objects.requireNonNull(jwt.getSubject()),
                Objects.requireNonNull(jwt.getExpiresAt()).plus(properties.clockSkew()));
    }

    /// Other messages of the decoder's may quote the token.
    private static Throwable failure(Throwable failure, String token) {
        return switch (failure) {
            case JwtValidationException invalid ->
                new AuthFailure(
                        Kind.TOKEN_REFUSED,
                        "The token is not accepted: %s; get a new one.".formatted(invalid.getMessage()));
            case BadJwtException _ -> new AuthFailure(Kind.TOKEN_REFUSED, unsigned(token));
            default ->
                new AuthFailure(
                        Kind.AUTH_UNAVAILABLE,
                        "Tokens cannot be checked at the moment, since the issuer's keys cannot be had; try again.");
        };
    }

    /// With what the token says of its key, and nothing else of it.
    private static String unsigned(String token) {
        try {
            Header header = JWTParser.parse(token).getHeader();
            String keyId = header instanceof JWSHeader signed ? signed.getKeyID() : null;
            return "The token is not signed with a key of this gateway's issuer (alg %s, kid %s); get a new one."
                    .formatted(shown(header.getAlgorithm().getName()), keyId == null ? "none" : shown(keyId));
        } catch (ParseException | RuntimeException _) {
            // The decoder has not been able to read it either
            return "The token is not a JWT; get a new one.";
        }
    }

    private static String shown(String value) {
        return value.length() > LONGEST_SHOWN ? value.substring(0, LONGEST_SHOWN) + "…" : value;
    }

    private Optional<Duration> mayLast(Identity identity) {
        if (properties.expiry() == AuthProperties.Expiry.IGNORE) {
            return Optional.empty();
        }
        Duration left = Duration.between(Instant.now(), identity.expiresAt());
        return Optional.of(left.compareTo(LONGEST) < 0 ? left : LONGEST);
    }
}

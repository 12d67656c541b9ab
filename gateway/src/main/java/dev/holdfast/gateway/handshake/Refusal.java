package dev.holdfast.gateway.handshake;

import dev.holdfast.gateway.auth.AuthFailure;
import dev.holdfast.gateway.limits.Limit;
import dev.holdfast.gateway.limits.Verdict;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/// An HTTP answer instead of what was asked for.
///
/// @param error a word for programs, from a closed set; also the `outcome` in metrics
/// @param message a sentence for people: what was wrong, with which value, what to do
record Refusal(HttpStatus status, String error, String message, Map<String, String> headers) implements Callers.Found {
    private static final String RETRY_SECONDS = "2";
    private static final int LONGEST_SHOWN = 200;

    static Refusal of(HttpStatus status, String error, String message) {
        return new Refusal(status, error, message, Map.of());
    }

    /// A value from outside, no longer than anybody reads.
    static String shown(String value) {
        return value.length() > LONGEST_SHOWN ? value.substring(0, LONGEST_SHOWN) + "…" : value;
    }

    private Refusal with(String header, String value) {
        return new Refusal(status, error, message, Map.of(header, value));
    }

    static Refusal draining() {
        return of(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "draining",
                        "This gateway is about to restart and takes no new connections; try again.")
                .with(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
    }

    /// A limit was reached.
    ///
    /// @param address the client's
    static Refusal of(Verdict.Refused refused, String address) {
        // Rounded up: who comes a moment early is refused again
        String seconds = Long.toString(refused.retryAfter().plusMillis(999).toSeconds());
        return of(refused.limit(), address).with(HttpHeaders.RETRY_AFTER, seconds);
    }

    /// @param who the client's address, or words for it
    static Refusal of(Limit limit, String who) {
        String error = limit.name().toLowerCase(Locale.ROOT);
        return switch (limit) {
            case GATEWAY_FULL ->
                of(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        error,
                        "This gateway has as many players as it can take (WS_MAX_SESSIONS); try again.");
            case TOO_MANY_SESSIONS ->
                of(
                        HttpStatus.TOO_MANY_REQUESTS,
                        error,
                        "%s has as many sessions as one address may have (WS_MAX_SESSIONS_PER_ADDRESS); close one, or try again."
                                .formatted(who));
            case TOO_MANY_HANDSHAKES ->
                of(
                        HttpStatus.TOO_MANY_REQUESTS,
                        error,
                        "%s connects more often than one address may (WS_HANDSHAKES_PER_ADDRESS); wait before trying again."
                                .formatted(who));
            case TOO_MANY_REQUESTS ->
                of(
                        HttpStatus.TOO_MANY_REQUESTS,
                        error,
                        "%s asks for more than one address may (WS_HANDSHAKES_PER_ADDRESS); wait before trying again."
                                .formatted(who));
            case TOO_MANY_AT_ONCE ->
                of(
                        HttpStatus.TOO_MANY_REQUESTS,
                        error,
                        "%s has as many requests under way as one address may; wait for an answer before asking again."
                                .formatted(who));
            case TOO_MANY_CONNECTIONS ->
                of(
                                HttpStatus.TOO_MANY_REQUESTS,
                                error,
                                "There are as many connections as this gateway, or %s, may have (WS_MAX_SESSIONS, WS_MAX_SESSIONS_PER_ADDRESS); close one, or try again."
                                        .formatted(who))
                        .with(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
            case REQUEST_TIMEOUT ->
                of(
                        HttpStatus.REQUEST_TIMEOUT,
                        error,
                        "The request did not come to its end in time (HANDSHAKE_TIMEOUT); send it at once.");
        };
    }

    /// What a failed handshake or HTTP call looks like from outside. Says nothing of what is inside.
    static Refusal of(Throwable failure, String path) {
        return switch (failure) {
            case CallNotPermittedException _ ->
                of(
                                HttpStatus.SERVICE_UNAVAILABLE,
                                "backend_unavailable",
                                "The game server has been failing and is not asked for the moment; try again.")
                        .with(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
            case BulkheadFullException _ ->
                of(
                                HttpStatus.SERVICE_UNAVAILABLE,
                                "overloaded",
                                "Too many connections are being opened at once; try again.")
                        .with(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
            case AuthFailure known -> of(known);
            case DataBufferLimitException tooLarge ->
                of(HttpStatus.CONTENT_TOO_LARGE, "body_too_large", String.valueOf(tooLarge.getMessage()))
                        // What is left of it is not waited for
                        .with(HttpHeaders.CONNECTION, "close");
            case TimeoutException _ -> timeout();
            case ResponseStatusException known -> of(known, path);
            case IOException _ ->
                of(
                        HttpStatus.BAD_GATEWAY,
                        "backend_unreachable",
                        "The game server could not be reached or gave no proper answer; try again.");
            default ->
                of(
                        HttpStatus.INTERNAL_SERVER_ERROR,
                        "internal",
                        "The gateway failed on this request; its log says why.");
        };
    }

    static Refusal of(AuthFailure known) {
        String error = known.kind().name().toLowerCase(Locale.ROOT);
        String message = String.valueOf(known.getMessage());
        return known.kind() == AuthFailure.Kind.AUTH_UNAVAILABLE
                ? of(HttpStatus.SERVICE_UNAVAILABLE, error, message).with(HttpHeaders.RETRY_AFTER, RETRY_SECONDS)
                : of(HttpStatus.UNAUTHORIZED, error, message).with(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }

    private static Refusal of(ResponseStatusException known, String path) {
        HttpStatus status = HttpStatus.resolve(known.getStatusCode().value());
        if (status == HttpStatus.GATEWAY_TIMEOUT) {
            return timeout();
        }
        if (status == HttpStatus.NOT_FOUND) {
            return of(
                    status,
                    "no_route",
                    "Nothing is served at %s; players connect to /ws/{gameId}/{playerId}, HTTP goes to /api/."
                            .formatted(path));
        }
        return status == null || status.is5xxServerError()
                ? of(
                        HttpStatus.INTERNAL_SERVER_ERROR,
                        "internal",
                        "The gateway failed on this request; its log says why.")
                : of(
                        status,
                        "bad_request",
                        "%s: %s"
                                .formatted(
                                        known.getReason() == null ? status.getReasonPhrase() : known.getReason(),
                                        path));
    }

    private static Refusal timeout() {
        return of(HttpStatus.GATEWAY_TIMEOUT, "backend_timeout", "The game server did not answer in time; try again.");
    }
}

package dev.holdfast.gateway.auth;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.Optional;
import reactor.core.publisher.Mono;

/// Decides who is calling.
@FunctionalInterface
public interface Authenticator {
    /// Where clients ask for a ticket.
    String TICKETS = "/api/tickets";

    /// Asks nobody, and leaves the request as it is.
    Authenticator OFF =
            (target, headers) -> Mono.just(new Admission(target, headers, Optional.empty(), Optional.empty()));

    /// Fails with [AuthFailure]. Answers on any thread.
    ///
    /// @param target path and query as sent
    Mono<Admission> admit(String target, HttpHeaders headers);
}

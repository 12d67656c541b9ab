package dev.holdfast.gateway.auth;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/// How asking for tickets ends, in the words of the handshakes: a browser that gets none never begins one.
final class TicketMeters {
    private static final String ACCEPTED = "accepted";
    private static final String INTERNAL = "internal";

    private final Map<String, Counter> byOutcome;

    TicketMeters(MeterRegistry registry) {
        // From the start, so that the first of a kind is an increase
        byOutcome = Stream.of(
                        ACCEPTED,
                        word(AuthFailure.Kind.TOKEN_MISSING),
                        word(AuthFailure.Kind.TOKEN_REFUSED),
                        word(AuthFailure.Kind.AUTH_UNAVAILABLE),
                        INTERNAL)
                .collect(Collectors.toMap(Function.identity(), outcome -> counter(registry, outcome)));
    }

    private static Counter counter(MeterRegistry registry, String outcome) {
        return Counter.builder("holdfast.tickets")
                .description("Tickets asked for, by how that ended")
                .tag("outcome", outcome)
                .register(registry);
    }

    Mono<String> counted(Mono<String> ticket) {
        return ticket.doOnSuccess(_ -> count(ACCEPTED))
                .doOnError(failure -> count(failure instanceof AuthFailure known ? word(known.kind()) : INTERNAL));
    }

    private void count(String outcome) {
        Objects.requireNonNull(byOutcome.get(outcome)).increment();
    }

    private static String word(AuthFailure.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}

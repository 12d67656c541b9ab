package dev.holdfast.gateway.handshake;

import dev.holdfast.gateway.limits.Limit;
import dev.holdfast.gateway.trace.Traces;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.tracing.Span;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// How handshakes end. The outcomes are `accepted`, `backend_refused`, `client_gone`, and the [Refusal#error]
/// words.
final class HandshakeMeters {
    static final String ACCEPTED = "accepted";
    static final String BACKEND_REFUSED = "backend_refused";
    static final String CLIENT_GONE = "client_gone";

    /// Roughly in the order in which they are decided.
    private static final List<String> OUTCOMES = List.of(
            "bad_request",
            "bad_target",
            "unknown_method",
            "bad_client_address",
            "draining",
            "too_many_handshakes",
            "upgrade_required",
            "bad_handshake",
            "bad_id",
            "origin_refused",
            "too_many_sessions",
            "gateway_full",
            "token_missing",
            "token_refused",
            "ticket_refused",
            "auth_unavailable",
            "backend_unavailable",
            "overloaded",
            "backend_unreachable",
            "backend_timeout",
            "internal",
            BACKEND_REFUSED,
            CLIENT_GONE,
            ACCEPTED);

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(20),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(2),
        Duration.ofSeconds(10)
    };

    private final MeterRegistry registry;
    private final Timer time;
    private final Map<String, Counter> byOutcome = new ConcurrentHashMap<>();

    HandshakeMeters(MeterRegistry registry) {
        this.registry = registry;
        time = Timer.builder("holdfast.handshake")
                .description("From the checked request to the backend's answer")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        // From the start, so that the first of a kind is an increase
        OUTCOMES.forEach(this::count);
        for (Limit limit : Limit.values()) {
            countRefusal(limit);
        }
    }

    void ended(String outcome) {
        count(outcome).increment();
    }

    /// A limit kept a client out. Safe for all threads.
    void refused(Limit limit) {
        countRefusal(limit).increment();
    }

    private Counter countRefusal(Limit limit) {
        return Counter.builder("holdfast.admission.refusals")
                .description("Upgrades, requests and connections refused because a limit was reached, by which")
                .tag("reason", limit.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    private Counter count(String outcome) {
        return byOutcome.computeIfAbsent(
                outcome,
                _ -> Counter.builder("holdfast.handshakes")
                        .description("Upgrades asked for, by how they ended")
                        .tag("outcome", outcome)
                        .register(registry));
    }

    Started started(Span span) {
        return new Started(span, System.nanoTime());
    }

    /// A handshake that is waiting for the backend.
    final class Started {
        private final Span span;
        private final long atNanos;
        private boolean hasEnded;

        private Started(Span span, long atNanos) {
            this.span = span;
            this.atNanos = atNanos;
        }

        Span span() {
            return span;
        }

        /// The first outcome counts.
        void ended(String outcome) {
            if (!hasEnded) {
                hasEnded = true;
                time.record(System.nanoTime() - atNanos, TimeUnit.NANOSECONDS);
                HandshakeMeters.this.ended(outcome);
                Traces.end(span, outcome);
            }
        }
    }
}

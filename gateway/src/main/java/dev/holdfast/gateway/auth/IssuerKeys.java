package dev.holdfast.gateway.auth;

import com.github.benmanes.caffeine.cache.Ticker;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// The issuer's keys, from its JWKS. Spring's own source keeps a set for ever, so that a revoked key stays good, and
/// asks the issuer again for each token with a made-up key id; this one asks every few minutes, at most every few
/// seconds, and lives on what it has while the issuer is away or takes its time.
final class IssuerKeys {
    private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);
    private static final Duration FRESH = Duration.ofMinutes(5);
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(10);
    private static final Duration BETWEEN_FIRST_TRIES = Duration.ofSeconds(1);
    private static final Duration LONGEST_OUTAGE = Duration.ofHours(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(8);
    /// How long a token that could be checked already waits for newer keys.
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final String url;
    private final WebClient http;
    private final Ticker clock;
    private final Scheduler waiting;

    private @Nullable Fetched fetched;
    private @Nullable Fetching underWay;
    private long triedAtNanos;

    private record Fetched(JWKSet keys, long atNanos) {}

    /// An answer of the issuer's that is awaited.
    ///
    /// @param soon the keys known so far, if it takes long
    private record Fetching(Mono<JWKSet> atLast, Mono<JWKSet> soon) {}

    /// @param clock nanoseconds, as of [System#nanoTime]
    /// @param waiting where time passes for who waits for the issuer
    IssuerKeys(String url, WebClient http, Ticker clock, Scheduler waiting) {
        this.url = url;
        this.http = http;
        this.clock = clock;
        this.waiting = waiting;
        triedAtNanos = clock.read() - BETWEEN_TRIES.toNanos();
    }

    /// All keys there are, asked for anew if the one that the token names is not among them.
    Flux<JWK> keysFor(SignedJWT token) {
        return Mono.defer(() -> newest(token.getHeader().getKeyID())).flatMapIterable(JWKSet::getKeys);
    }

    /// Seconds since the issuer last gave its keys, whether or not anybody asks; not a number before it has.
    synchronized double ageSeconds() {
        return fetched == null
                ? Double.NaN
                : (double) (clock.read() - fetched.atNanos())
                        / Duration.ofSeconds(1).toNanos();
    }

    private synchronized Mono<JWKSet> newest(@Nullable String keyId) {
        Fetched known = fetched;
        boolean hasKey = known != null && (keyId == null || known.keys().getKeyByKeyId(keyId) != null);
        if (known != null && hasKey && isWithin(FRESH, known.atNanos())) {
            return Mono.just(known.keys());
        }
        if (underWay == null) {
            Duration pause = known == null ? BETWEEN_FIRST_TRIES : BETWEEN_TRIES;
            if (isWithin(pause, triedAtNanos)) {
                return known(null);
            }
            triedAtNanos = clock.read();
            underWay = fetching();
        }
        boolean canDoWithout = known != null && hasKey && isWithin(LONGEST_OUTAGE, known.atNanos());
        return canDoWithout ? underWay.soon() : underWay.atLast();
    }

    /// What has begun goes on, whether or not somebody still waits for it.
    private Fetching fetching() {
        Mono<JWKSet> atLast = fetch().cache();
        Mono<JWKSet> soon =
                atLast.timeout(PATIENCE, Mono.defer(() -> known(null)), waiting).cache();
        return new Fetching(atLast, soon);
    }

    private boolean isWithin(Duration age, long sinceNanos) {
        return clock.read() - sinceNanos < age.toNanos();
    }

    private Mono<JWKSet> fetch() {
        return http.get()
                .uri(url)
                .retrieve()
                .bodyToMono(String.class)
                .timeout(TIMEOUT, waiting)
                .flatMap(IssuerKeys::parse)
                .doOnNext(this::keep)
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("it answered with nothing")))
                .onErrorResume(failure -> {
                    LOG.warn("JWT_JWKS_URL {} gave no keys: {}", url, failure.toString());
                    return known(failure);
                })
                // Before anybody has the answer: who asks after it must not be given it again, as news
                .doOnTerminate(this::done)
                .doOnCancel(this::done);
    }

    private static Mono<JWKSet> parse(String text) {
        try {
            return Mono.just(JWKSet.parse(text));
        } catch (ParseException e) {
            return Mono.error(e);
        }
    }

    private synchronized void keep(JWKSet keys) {
        fetched = new Fetched(keys, clock.read());
    }

    private synchronized void done() {
        underWay = null;
    }

    private synchronized Mono<JWKSet> known(@Nullable Throwable failure) {
        return fetched != null && isWithin(LONGEST_OUTAGE, fetched.atNanos())
                ? Mono.just(fetched.keys())
                : Mono.error(new IllegalStateException("no keys of the issuer", failure));
    }
}

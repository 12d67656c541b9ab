package dev.holdfast.gateway.auth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.test.scheduler.VirtualTimeScheduler;

/// Keys as an issuer changes them, over hours of virtual time.
class IssuerKeysTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /// Nobody's patience ends here unless a test says so: a machine may be slow.
    private static final Scheduler WAITING = VirtualTimeScheduler.create();

    private final WireMockServer issuer = new WireMockServer(wireMockConfig().dynamicPort());
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private IssuerKeys keys = new IssuerKeys("", WebClient.create(), nanos::get, WAITING);

    @BeforeEach
    void publishTheFirst() throws JOSEException {
        issuer.start();
        publish("one");
        keys = new IssuerKeys(issuer.baseUrl() + "/jwks", WebClient.create(), nanos::get, WAITING);
        assertThat(idsFor("one")).containsExactly("one");
    }

    @AfterEach
    void stop() {
        issuer.stop();
    }

    @Test
    void a_new_key_is_found_by_the_first_token_that_names_it() throws JOSEException {
        publish("one", "two");
        pass(Duration.ofSeconds(10));

        assertThat(idsFor("two")).containsExactly("one", "two");
    }

    @RepeatedTest(20)
    void a_revoked_key_is_good_for_five_minutes_at_most() throws JOSEException {
        publish("two");
        pass(Duration.ofMinutes(5).minusNanos(1));
        assertThat(idsFor("one")).containsExactly("one");
        pass(Duration.ofNanos(1));

        assertThat(idsFor("one")).containsExactly("two");
    }

    @Test
    void an_unknown_key_makes_it_ask_every_ten_seconds_at_most() {
        for (int tenths = 0; tenths < 600; tenths++) {
            pass(Duration.ofMillis(100));
            assertThat(idsFor("made-up-" + tenths)).containsExactly("one");
        }

        assertThat(issuer.getAllServeEvents()).hasSizeBetween(2, 1 + 6);
    }

    @Test
    void while_the_issuer_is_away_its_keys_are_good_for_an_hour() {
        issuer.stubFor(get(urlEqualTo("/jwks")).willReturn(aResponse().withStatus(500)));
        pass(Duration.ofHours(1).minusSeconds(1));
        assertThat(idsFor("one")).containsExactly("one");
        pass(Duration.ofSeconds(11));

        assertThatThrownBy(() -> idsFor("one")).hasMessageContaining("no keys of the issuer");
    }

    @Test
    void an_issuer_that_hangs_delays_a_known_key_for_a_second_once_and_is_listened_to_all_the_same()
            throws JOSEException {
        VirtualTimeScheduler waiting = VirtualTimeScheduler.create();
        Sinks.One<ClientResponse> answer = Sinks.one();
        Queue<Mono<ClientResponse>> answers = new ArrayDeque<>(List.of(Mono.just(jwks("one")), answer.asMono()));
        WebClient http =
                WebClient.builder().exchangeFunction(_ -> answers.remove()).build();
        keys = new IssuerKeys("https://issuer.example", http, nanos::get, waiting);
        assertThat(idsFor("one")).containsExactly("one");
        pass(Duration.ofMinutes(5));

        CompletableFuture<@Nullable List<String>> first = ask("one");
        CompletableFuture<@Nullable List<String>> unknown = ask("two");
        waiting.advanceTimeBy(Duration.ofMillis(999));
        assertThat(first).isNotDone();
        waiting.advanceTimeBy(Duration.ofMillis(1));
        assertThat(first).isCompletedWithValue(List.of("one"));
        assertThat(ask("one")).isCompletedWithValue(List.of("one"));
        assertThat(unknown).isNotDone();

        answer.tryEmitValue(jwks("two")).orThrow();
        assertThat(unknown).isCompletedWithValue(List.of("two"));
        assertThat(ask("two")).isCompletedWithValue(List.of("two"));
    }

    @Test
    void an_issuer_that_hangs_is_given_up_and_asked_again() throws JOSEException {
        VirtualTimeScheduler waiting = VirtualTimeScheduler.create();
        Queue<Mono<ClientResponse>> answers =
                new ArrayDeque<>(List.of(Mono.just(jwks("one")), Mono.never(), Mono.just(jwks("two"))));
        WebClient http =
                WebClient.builder().exchangeFunction(_ -> answers.remove()).build();
        keys = new IssuerKeys("https://issuer.example", http, nanos::get, waiting);
        assertThat(idsFor("one")).containsExactly("one");
        pass(Duration.ofMinutes(5));

        CompletableFuture<@Nullable List<String>> unknown = ask("two");
        waiting.advanceTimeBy(Duration.ofSeconds(8));
        assertThat(unknown).isCompletedWithValue(List.of("one"));
        pass(Duration.ofSeconds(10));
        assertThat(idsFor("two")).containsExactly("two");
    }

    private static ClientResponse jwks(String... ids) throws JOSEException {
        return ClientResponse.create(HttpStatus.OK).body(keySet(ids)).build();
    }

    private void publish(String... ids) throws JOSEException {
        issuer.stubFor(get(urlEqualTo("/jwks")).willReturn(ok(keySet(ids))));
    }

    private static String keySet(String... ids) throws JOSEException {
        List<JWK> published = new ArrayList<>();
        for (String id : ids) {
            ECKey key = new ECKeyGenerator(Curve.P_256).keyID(id).generate();
            published.add(key.toPublicJWK());
        }
        return new JWKSet(published).toString();
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    /// The ids of the keys that a token with this one may be checked with.
    private List<String> idsFor(String id) {
        return Objects.requireNonNull(
                ask(id).orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join());
    }

    private CompletableFuture<@Nullable List<String>> ask(String id) {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(id).build(), new JWTClaimsSet.Builder().build());
        return keys.keysFor(token).map(JWK::getKeyID).collectList().toFuture();
    }
}

package dev.holdfast.gateway.wire;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A gateway that starts while the issuer of its tokens is down.
class IssuerAwayTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final WireMockServer issuer = Games.started();

    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway =
            new TestGateway(backend.url(), "JWT_JWKS_URL=" + issuer.baseUrl() + "/jwks", "JWT_AUDIENCE=game");

    @AfterAll
    static void stop() {
        issuer.stop();
    }

    @Test
    void nobody_is_let_in_unchecked_and_its_return_is_noticed() throws Exception {
        ECKey key = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
        Handshake handshake = Handshake.to("/ws/g1/p1").with("Authorization", "Bearer " + token(key));
        issuer.stubFor(get(urlEqualTo("/jwks")).willReturn(aResponse().withStatus(500)));

        TestClient first = gateway.connect().ask(handshake);
        Refusal refusal = Refusal.nextOf(first);
        assertThat(refusal.status()).isEqualTo(503);
        assertThat(refusal.body().path("error").asString()).isEqualTo("auth_unavailable");
        assertThat(refusal.body().path("message").asString()).contains("issuer's keys cannot be had");

        assertThat(gateway.metric("holdfast_handshakes_total", "outcome=\"auth_unavailable\""))
                .isEqualTo(1);
        assertThat(askForTicket(handshake)).contains("auth_unavailable");
        assertThat(gateway.metric("holdfast_tickets_total", "outcome=\"auth_unavailable\""))
                .isEqualTo(1);
        assertThat(gateway.metric("holdfast_issuer_keys_age_seconds")).isNaN();

        issuer.stubFor(get(urlEqualTo("/jwks")).willReturn(ok(new JWKSet(key.toPublicJWK()).toString())));
        long deadline = System.nanoTime() + LIMIT.toNanos();
        String ticketAnswer;
        do {
            assertThat(System.nanoTime() - deadline).as("time left").isNegative();
            ticketAnswer = askForTicket(handshake);
        } while (ticketAnswer.contains("auth_unavailable"));
        assertThat(ticketAnswer).contains("\"ticket\"");
        assertThat(gateway.metric("holdfast_tickets_total", "outcome=\"accepted\""))
                .isEqualTo(1);
        assertThat(gateway.metric("holdfast_issuer_keys_age_seconds")).isPositive();
        assertThat(gateway.open(backend, handshake).answer().status()).isEqualTo(101);
    }

    private static String askForTicket(Handshake handshake) {
        String authorization = new Head("", handshake.fields()).field("Authorization");
        return gateway.http(gateway.request("/api/tickets")
                        .header("Authorization", authorization)
                        .POST(BodyPublishers.noBody()))
                .body();
    }

    private static String token(ECKey key) throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
                new JWTClaimsSet.Builder()
                        .subject("p1")
                        .audience("game")
                        .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                        .build());
        token.sign(new ECDSASigner(key));
        return token.serialize();
    }
}

package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Who gets in when the issuer signs with a secret that the gateway shares (`JWT_SECRET`), with all else as it is by
/// default: no audience, and sessions outlive their tokens.
class SharedSecretTest {
    private static final String SECRET = "a secret of the issuer's, 64 bytes long so that HS512 may use it";
    private static final String PREVIOUS = "the one before, 64 bytes long as well so that HS512 may use it..";
    private static final Duration SKEW = Duration.ofSeconds(30);

    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(
            backend.url(),
            "JWT_SECRET=" + SECRET,
            "JWT_SECRET_PREVIOUS=" + PREVIOUS,
            "JWT_COOKIE=session",
            "WS_PING_INTERVAL=200ms",
            "WS_PING_TIMEOUT=1m");

    @Test
    void a_token_that_the_secret_signed_opens_for_any_audience() throws Exception {
        Session session = open(sign(SECRET, JWSAlgorithm.HS256, Instant.now().plusSeconds(600)));

        assertThat(session.answer().status()).isEqualTo(101);
        assertThat(session.backend().request().field("Holdfast-Identity")).isEqualTo("p1");
    }

    @Test
    void while_the_secret_changes_the_one_before_opens_too() throws Exception {
        Session session = open(sign(PREVIOUS, JWSAlgorithm.HS256, Instant.now().plusSeconds(600)));

        assertThat(session.answer().status()).isEqualTo(101);
        assertThat(session.backend().request().field("Holdfast-Identity")).isEqualTo("p1");
    }

    @Test
    void another_secret_or_algorithm_opens_nothing() throws Exception {
        Instant later = Instant.now().plusSeconds(600);
        assertRefused(sign(SECRET.replace('a', 'b'), JWSAlgorithm.HS256, later));
        assertRefused(sign(SECRET, JWSAlgorithm.HS512, later));
        assertRefused(sign(PREVIOUS, JWSAlgorithm.HS512, later));
    }

    @Test
    void a_session_outlives_its_token() throws Exception {
        // Good for six seconds at least: time enough for a handshake
        Instant end = Instant.now().plusSeconds(7);
        Session session = open(sign(SECRET, JWSAlgorithm.HS256, end.minus(SKEW)));
        assertThat(session.answer().status()).isEqualTo(101);

        while (Instant.now().isBefore(end.plusSeconds(1))) {
            assertThat(session.client().nextFrame().opcode()).isNotEqualTo(Frame.CLOSE);
        }

        TestClient late = gateway.connect().ask(handshake(sign(SECRET, JWSAlgorithm.HS256, end.minus(SKEW))));
        assertThat(Refusal.nextOf(late).status()).isEqualTo(401);
    }

    @Test
    void another_sites_page_gets_no_ticket_for_the_players_cookie() throws Exception {
        String token = sign(SECRET, JWSAlgorithm.HS256, Instant.now().plusSeconds(600));

        assertThat(ticket(token, "https://evil.example").statusCode()).isEqualTo(403);
        HttpResponse<String> ours = ticket(token, Handshake.ORIGIN);
        assertThat(ours.statusCode()).isEqualTo(201);
        assertThat(ours.headers().firstValue("Access-Control-Allow-Origin")).hasValue(Handshake.ORIGIN);
    }

    private static HttpResponse<String> ticket(String token, String origin) {
        return gateway.http(gateway.request("/api/tickets")
                .header("Cookie", "session=" + token)
                .header("Origin", origin)
                .POST(BodyPublishers.noBody()));
    }

    private static void assertRefused(String token) {
        Refusal refusal = Refusal.nextOf(gateway.connect().ask(handshake(token)));
        assertThat(refusal.status()).isEqualTo(401);
        assertThat(refusal.body().path("error").asString()).isEqualTo("token_refused");
        assertThat(refusal.body().toString()).doesNotContain(token);
    }

    private static Session open(String token) {
        return gateway.open(backend, handshake(token));
    }

    private static Handshake handshake(String token) {
        return Handshake.to("/ws/g1/p1").with("Authorization", "Bearer " + token);
    }

    private static String sign(String secret, JWSAlgorithm algorithm, Instant expiresAt) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader(algorithm),
                new JWTClaimsSet.Builder()
                        .subject("p1")
                        .expirationTime(Date.from(expiresAt))
                        .build());
        token.sign(new MACSigner(secret));
        return token.serialize();
    }
}

package dev.holdfast.gateway.wire;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.holdfast.gateway.Console;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.json.JsonMapper;

/// Who gets in when the gateway asks for tokens of an issuer with a JWKS.
@ExtendWith(OutputCaptureExtension.class)
class AuthenticationTest {
    private static final ECKey KEY = key("k1");
    private static final WireMockServer issuer = Games.started();

    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(
            backend.url(),
            "JWT_JWKS_URL=" + issuer.baseUrl() + "/jwks",
            "JWT_AUDIENCE=game",
            "JWT_COOKIE=session",
            "JWT_CLOCK_SKEW=10",
            "TOKEN_EXPIRY=close",
            "WS_PING_INTERVAL=200ms",
            "WS_PING_TIMEOUT=1m");

    // The first fetch of the keys may take longer than a test waits for an answer.
    @BeforeAll
    static void publish() throws Exception {
        String keys = new JWKSet(KEY.toPublicJWK()).toString();
        issuer.stubFor(get(urlEqualTo("/jwks")).willReturn(aResponse().withBody(keys)));
        String token = sign(claims().build(), KEY);
        int status = 0;
        for (int attempt = 0; attempt < 20 && status != 201; attempt++) {
            status = gateway.http(gateway.request("/api/tickets")
                            .header("Authorization", "Bearer " + token)
                            .POST(BodyPublishers.noBody()))
                    .statusCode();
        }
        assertThat(status).isEqualTo(201);
    }

    @AfterAll
    static void stop() {
        issuer.stop();
    }

    @Test
    void a_token_in_the_header_names_the_player_to_the_backend_and_goes_no_further() throws Exception {
        String token = sign(claims().build(), KEY);
        Session session = gateway.open(
                backend,
                Handshake.to("/ws/g1/p1?v=1")
                        .with("Authorization", "Bearer " + token)
                        .with("Holdfast-Identity", "eve"));

        assertThat(session.answer().status()).isEqualTo(101);
        assertThat(session.backend().request().all("Holdfast-Identity")).containsExactly("p1");
        assertThat(session.backend().request().toString()).doesNotContain(token).doesNotContain("eve");
    }

    @Test
    void a_token_in_the_cookie_opens_and_the_other_cookies_go_on() throws Exception {
        String token = sign(claims().build(), KEY);
        Session session =
                gateway.open(backend, Handshake.to("/ws/g1/p1").with("Cookie", "a=1; session=" + token + "; b=2"));

        assertThat(session.backend().request().field("Holdfast-Identity")).isEqualTo("p1");
        assertThat(session.backend().request().all("Cookie")).containsExactly("a=1; b=2");
    }

    @Test
    void a_call_of_the_api_takes_no_token_to_the_backend() throws Exception {
        String token = sign(claims().build(), KEY);
        gateway.connect()
                .write("POST /api/games HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nAuthorization: Bearer " + token
                        + "\r\nCookie: a=1; session=" + token + "; b=2\r\n\r\n");
        Head asked = backend.accept().request();

        assertThat(asked.all("Cookie")).containsExactly("a=1; b=2");
        assertThat(asked.toString()).doesNotContain(token, "Bearer");
    }

    @Test
    void a_ticket_opens_once_and_the_backend_does_not_see_it(CapturedOutput output) throws Exception {
        String token = sign(claims().build(), KEY);
        double before = tickets("accepted");
        HttpResponse<String> answer = gateway.http(gateway.request("/api/tickets")
                .header("Authorization", "Bearer " + token)
                .POST(BodyPublishers.noBody()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        String ticket = new JsonMapper().readTree(answer.body()).path("ticket").asString();
        assertThat(ticket).hasSize(32);
        assertThat(tickets("accepted")).isEqualTo(before + 1);
        String target = "/ws/g1/p1?v=1&ticket=" + ticket + "&x=2";

        Session session = gateway.open(backend, Handshake.to(target));
        assertThat(session.backend().request().startLine()).isEqualTo("GET /ws/g1/p1?v=1&x=2 HTTP/1.1");
        assertThat(session.backend().request().field("Holdfast-Identity")).isEqualTo("p1");

        Refusal again = refused(Handshake.to(target));
        assertThat(again.status()).isEqualTo(401);
        assertThat(again.body().path("error").asString()).isEqualTo("ticket_refused");
        assertThat(again.body().toString()).doesNotContain(ticket);
        assertThat(gateway.scrape())
                .contains("ticket_refused")
                .doesNotContain(ticket)
                .doesNotContain(token);
        assertThat(Console.text(output)).doesNotContain(ticket).doesNotContain(token);
    }

    @Test
    void a_ticket_costs_a_token(CapturedOutput output) {
        double before = tickets("token_missing");
        HttpResponse<String> answer =
                gateway.http(gateway.request("/api/tickets").POST(BodyPublishers.noBody()));

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("token_missing");
        assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(tickets("token_missing")).isEqualTo(before + 1);
        assertThat(Console.text(output))
                .containsPattern("holdfast.refusal.* refuse .*outcome=\"token_missing\".* address=\"127\\.0\\.0\\.1\"");
    }

    @Test
    void without_a_token_nobody_gets_in_and_nothing_is_dialled() throws Exception {
        assertRefused(Handshake.to("/ws/g1/p1"), "token_missing", "No token was sent");
        assertRefused(Handshake.to("/ws/g1/p1").with("Authorization", "Basic eDp5"), "token_missing", "No token");
        assertRefused(Handshake.to("/ws/g1/p1?ticket="), "ticket_refused", "unknown here");
        assertNothingWasDialled();
    }

    @Test
    void a_token_must_be_good_in_every_way() throws Exception {
        Instant now = Instant.now();
        assertTokenRefused(
                sign(claims().expirationTime(Date.from(now.minusSeconds(60))).build(), KEY), "expired at");
        assertTokenRefused(
                sign(claims().notBeforeTime(Date.from(now.plusSeconds(60))).build(), KEY), "used before");
        assertTokenRefused(sign(claims().expirationTime(null).build(), KEY), "exp is required");
        assertTokenRefused(sign(claims().audience("other").build(), KEY), "aud claim");
        assertTokenRefused(sign(claims().subject(null).build(), KEY), "sub claim");
        assertTokenRefused(sign(claims().subject("p1\r\nX: y").build(), KEY), "sub claim");
        assertTokenRefused(sign(claims().build(), key("k1")), "not signed with a key");
        assertTokenRefused(sign(claims().build(), key("unknown")), "alg ES256, kid unknown");
        assertTokenRefused(new PlainJWT(claims().build()).serialize(), "alg none, kid none");
        assertTokenRefused("not.a.token", "not a JWT");
        SignedJWT confused = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(), claims().build());
        confused.sign(new MACSigner(KEY.toPublicJWK().toJSONString()));
        assertTokenRefused(confused.serialize(), "alg HS256, kid k1");
        assertNothingWasDialled();
    }

    @Test
    void the_clocks_may_differ_a_little_and_at_the_end_the_session_is_closed() throws Exception {
        String token = sign(
                claims().expirationTime(Date.from(Instant.now().minusSeconds(4)))
                        .build(),
                KEY);
        Session session = gateway.open(backend, Handshake.to("/ws/g1/p1").with("Authorization", "Bearer " + token));
        assertThat(session.answer().status()).isEqualTo(101);

        List<Frame> frames = Stream.generate(session.client()::nextFrame)
                .limit(100)
                .takeWhile(frame -> frame.opcode() != Frame.CLOSE || closedWith(4004, frame))
                .filter(frame -> frame.opcode() == Frame.CLOSE)
                .limit(1)
                .toList();
        assertThat(frames).hasSize(1);
    }

    @Test
    void made_up_key_ids_do_not_make_the_gateway_ask_the_issuer_each_time() throws Exception {
        int before = issuer.getAllServeEvents().size();
        for (int i = 0; i < 20; i++) {
            assertTokenRefused(sign(claims().build(), key("made-up-" + i)), "signed with a key");
        }

        assertThat(issuer.getAllServeEvents().size() - before).isLessThanOrEqualTo(2);
    }

    private static double tickets(String outcome) {
        return gateway.metric("holdfast_tickets_total", "outcome=\"" + outcome + "\"");
    }

    private static boolean closedWith(int code, Frame close) {
        assertThat(close.closeCode()).isEqualTo(code);
        return true;
    }

    /// Whatever was refused before would stand in line before this one.
    private static void assertNothingWasDialled() throws JOSEException {
        Session next = gateway.open(
                backend, Handshake.to("/ws/g1/next").with("Authorization", "Bearer " + sign(claims().build(), KEY)));
        assertThat(next.backend().request().target()).isEqualTo("/ws/g1/next");
    }

    private static void assertTokenRefused(String token, String reason) {
        assertRefused(Handshake.to("/ws/g1/p1").with("Authorization", "Bearer " + token), "token_refused", reason);
    }

    private static void assertRefused(Handshake handshake, String error, String reason) {
        Refusal refusal = refused(handshake);
        assertThat(refusal.status()).as(reason).isEqualTo(401);
        assertThat(refusal.body().path("error").asString()).as(reason).isEqualTo(error);
        assertThat(refusal.body().path("message").asString()).contains(reason);
    }

    private static Refusal refused(Handshake handshake) {
        return Refusal.nextOf(gateway.connect().ask(handshake));
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .subject("p1")
                .audience("game")
                .expirationTime(Date.from(Instant.now().plusSeconds(600)));
    }

    private static String sign(JWTClaimsSet claims, ECKey key) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(), claims);
        token.sign(new ECDSASigner(key));
        return token.serialize();
    }

    private static ECKey key(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException e) {
            throw new AssertionError("Every JDK has P-256", e);
        }
    }
}

package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A gateway with room for three sessions, two of them from one address. Each test calls from addresses of its own,
/// since what an address has asked for is remembered.
class LimitsTest {
    private static final int BURST = 20;

    @Order(1)
    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @Order(2)
    @RegisterExtension
    static final TestGateway gateway = new TestGateway(
            backend.url(),
            "TRUSTED_PROXIES=127.0.0.0/8,::1",
            "CLIENT_ADDRESS_HEADER=X-Real-IP",
            "WS_MAX_SESSIONS=3",
            "WS_MAX_SESSIONS_PER_ADDRESS=2",
            "WS_HANDSHAKES_PER_ADDRESS=2");

    private final List<Session> inside = new ArrayList<>();

    @AfterEach
    void everybody_leaves() {
        inside.forEach(session -> session.client().reset());
        awaitPlaces(0);
    }

    @Test
    void a_full_gateway_refuses_and_plays_on_with_those_inside() {
        Session first = open("203.0.113.1");
        open("203.0.113.1");
        open("203.0.113.2");
        double before = refusals("gateway_full");
        Refusal refusal = ask("203.0.113.3");

        assertThat(refusal.status()).isEqualTo(503);
        assertThat(refusal.body().path("error").asString()).isEqualTo("gateway_full");
        assertThat(refusal.body().path("message").asString()).contains("WS_MAX_SESSIONS");
        assertThat(refusal.head().all("Retry-After")).containsExactly("5");
        assertThat(refusals("gateway_full")).isEqualTo(before + 1);
        assertThat(gateway.metric("holdfast_sessions_limit")).isEqualTo(3);

        first.client().send(Frame.text("still here"));
        assertThat(first.backend().nextFrame()).isEqualTo(Frame.text("still here"));
    }

    @Test
    void an_address_with_its_share_is_refused_and_others_are_not() {
        open("2001:db8:1:1::1");
        open("2001:db8:1:1::2");
        double before = refusals("too_many_sessions");
        Refusal refusal = ask("2001:db8:1:1::3");

        assertThat(refusal.status()).isEqualTo(429);
        assertThat(refusal.body().path("error").asString()).isEqualTo("too_many_sessions");
        assertThat(refusal.body().path("message").asString())
                .contains("2001:db8:1:1:0:0:0:3", "WS_MAX_SESSIONS_PER_ADDRESS");
        assertThat(refusal.head().all("Retry-After")).containsExactly("5");
        assertThat(refusals("too_many_sessions")).isEqualTo(before + 1);
        open("2001:db8:1:2::1");
    }

    @Test
    void who_leaves_makes_room() {
        open("203.0.113.11");
        Session second = open("203.0.113.11");
        second.client().reset();
        awaitPlaces(1);
        open("203.0.113.11");
    }

    @Test
    void a_handshake_that_the_backend_refuses_has_given_its_place_back_when_its_client_reads_it() {
        open("203.0.113.21");
        for (int asked = 1; asked < BURST; asked++) {
            TestClient client = gateway.connect().ask(from("203.0.113.21"));
            backend.accept().refuse(403, "no");
            assertThat(client.nextHead().status()).isEqualTo(403);
        }
        awaitPlaces(1);
    }

    @Test
    void a_client_that_leaves_before_its_answer_takes_no_place() {
        TestClient client = gateway.connect().ask(from("203.0.113.22"));
        BackendLeg leg = backend.accept();
        awaitPlaces(1);
        client.reset();
        leg.upgrade();
        leg.readToEnd();
        awaitPlaces(0);
    }

    @Test
    void an_address_that_asks_too_often_is_refused_before_anything_is_dialled() {
        double before = refusals("too_many_handshakes");
        Refusal refusal = ask("203.0.113.31", "https://evil.example");
        for (int asked = 1; refusal.status() == 403 && asked < 10 * BURST; asked++) {
            refusal = ask("203.0.113.31", "https://evil.example");
        }

        assertThat(refusal.status()).isEqualTo(429);
        assertThat(refusal.body().path("error").asString()).isEqualTo("too_many_handshakes");
        assertThat(refusal.body().path("message").asString()).contains("203.0.113.31", "WS_HANDSHAKES_PER_ADDRESS");
        assertThat(refusal.head().all("Retry-After")).containsExactly("1");
        assertThat(refusals("too_many_handshakes")).isEqualTo(before + 1);
        open("203.0.113.32");
    }

    @Test
    void who_goes_on_asking_too_often_loses_the_connection() {
        TestClient client = gateway.connect();
        String ask = "GET /ws/g1/p1 HTTP/1.1\r\nHost: h\r\nX-Real-IP: 203.0.113.41\r\n\r\n";
        client.writeMeanwhile(ask.repeat(1_000).getBytes(StandardCharsets.US_ASCII));
        client.readToEnd();
    }

    private Session open(String address) {
        Session session = gateway.open(backend, from(address));
        assertThat(session.answer().status()).isEqualTo(101);
        inside.add(session);
        return session;
    }

    private static Refusal ask(String address) {
        return Refusal.nextOf(gateway.connect().ask(from(address)));
    }

    private static Refusal ask(String address, String origin) {
        return Refusal.nextOf(gateway.connect().ask(from(address).having("Origin", origin)));
    }

    private static Handshake from(String address) {
        return Handshake.to("/ws/g1/p1").with("X-Real-IP", address);
    }

    private static double refusals(String reason) {
        return gateway.metric("holdfast_admission_refusals_total", "reason=\"" + reason + "\"");
    }

    private static void awaitPlaces(int taken) {
        long deadline = System.nanoTime() + RawLeg.DEADLINE.toNanos();
        while (gateway.metric("holdfast_sessions_admitted") != taken) {
            assertThat(System.nanoTime())
                    .as("waiting for %d places taken", taken)
                    .isLessThan(deadline);
        }
    }
}

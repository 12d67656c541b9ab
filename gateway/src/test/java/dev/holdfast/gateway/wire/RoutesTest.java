package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the public port has to offer, and what it says of everything else.
class RoutesTest {
    private static final String ID_64 = "Az09_-".repeat(10) + "abcd";

    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(backend.url());

    /// Nothing that is refused here is the backend's business.
    @AfterEach
    void the_first_connection_of_the_backend_is_a_good_one() {
        Session session = gateway.open(backend, Handshake.to("/ws/good/one"));
        assertThat(session.backend().request().target()).isEqualTo("/ws/good/one");
    }

    @Test
    void ids_of_up_to_64_characters_are_good() {
        String target = "/ws/" + ID_64 + "/" + ID_64;
        Session session = gateway.open(backend, Handshake.to(target));
        assertThat(session.answer().status()).isEqualTo(101);
        assertThat(session.backend().request().target()).isEqualTo(target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ws/Az09_-Az09_-Az09_-Az09_-Az09_-Az09_-Az09_-Az09_-Az09_-Az09_-abcde/p1",
                "/ws/g1/Az09_-Az09_-Az09_-Az09_-Az09_-Az09_-Az09_-Az09_-Az09_-Az09_-abcde",
                "/ws/g.1/p1",
                "/ws/g1/p.1",
                "/ws/../p1",
                "/ws/g1/..",
                "/ws/g%201/p1",
                "/ws/g1/p%201",
                "/ws/g1/p+1",
                "/ws/g%2F1/p1",
                "/ws/g1/p%5C1",
                "/ws/g1/p1%00",
                "/ws/g1/p1%0d%0aX:1",
                "/ws/g1;x=1/p1",
                "/ws/g1/p1;x=1",
                "/ws/g%C3%A9/p1",
                "/ws/g1/p1%",
                "/ws/g1/p1%zz",
                "/ws/g1/$p"
            })
    void other_ids_are_a_bad_request(String target) {
        // A path with dot segments may also be no path at all.
        Integer[] statuses = target.contains("..") ? new Integer[] {400, 404} : new Integer[] {400};
        assertThat(refusal(Handshake.to(target)).status()).isIn((Object[]) statuses);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ws/g1/p1?since=\u00e9", "/ws/g1/p1?a=\u0001", "/ws/g1/p1?a=\u007f"})
    void a_target_with_what_has_to_be_encoded_is_a_bad_request(String target) {
        Refusal refusal = refusal(Handshake.to(target));
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.body().path("error").asString()).isEqualTo("bad_target");
    }

    @Test
    void a_query_goes_to_the_backend_as_browsers_write_it() {
        String target = "/ws/g1/p1?a={b|c}&d=%7C^`";
        Session session = gateway.open(backend, Handshake.to(target));
        assertThat(session.backend().request().target()).isEqualTo(target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/ws",
                "/ws/",
                "/ws/g1",
                "/ws/g1/p1/more",
                "/WS/g1/p1",
                "/wss/g1/p1",
                "/x/ws/g1/p1",
                "/apis/games",
                "/favicon.ico",
                "/actuator",
                "/actuator/health",
                "/actuator/prometheus",
                "/actuator/gateway/routes",
                "/actuator/env",
                "/ws/../actuator/health",
                "//actuator/health"
            })
    void everything_else_is_not_found(String target) {
        assertThat(refusal(Handshake.to(target)).status()).isEqualTo(404);
        assertThat(refusal(plain(target)).status()).isEqualTo(404);
    }

    @Test
    void a_socket_asked_for_without_an_upgrade_requires_one() {
        Refusal refusal = refusal(plain("/ws/g1/p1"));
        assertThat(refusal.status()).isEqualTo(426);
        assertThat(refusal.head().field("Upgrade")).isEqualToIgnoringCase("websocket");
        // RFC 9110, section 7.8
        assertThat(refusal.head().field("Connection")).containsIgnoringCase("upgrade");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2c", "TLS/1.0", "websockets"})
    void an_upgrade_to_another_protocol_is_none(String protocol) {
        assertThat(refusal(Handshake.to("/ws/g1/p1").having("Upgrade", protocol))
                        .status())
                .isEqualTo(426);
    }

    @Test
    void an_upgrade_that_connection_does_not_name_is_none() {
        assertThat(refusal(Handshake.to("/ws/g1/p1").having("Connection", "keep-alive"))
                        .status())
                .isIn(400, 426);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8", "14", "013", "x", ""})
    void another_version_is_told_the_right_one(String version) {
        Refusal refusal = refusal(Handshake.to("/ws/g1/p1").having("Sec-WebSocket-Version", version));
        assertThat(refusal.status()).isEqualTo(426);
        assertThat(refusal.head().field("Sec-WebSocket-Version")).isEqualTo("13");
    }

    @Test
    void no_version_is_told_the_right_one() {
        Refusal refusal = refusal(Handshake.to("/ws/g1/p1").without("Sec-WebSocket-Version"));
        assertThat(refusal.status()).isEqualTo(426);
        assertThat(refusal.head().field("Sec-WebSocket-Version")).isEqualTo("13");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "c2hvcnQ=", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZSE=", "!!!!IHNhbXBsZSBub25jZQ=="
            })
    void a_key_that_is_no_16_bytes_is_a_bad_request(String key) {
        assertThat(refusal(Handshake.to("/ws/g1/p1").having("Sec-WebSocket-Key", key))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void no_key_and_two_keys_are_a_bad_request() {
        assertThat(refusal(Handshake.to("/ws/g1/p1").without("Sec-WebSocket-Key"))
                        .status())
                .isEqualTo(400);
        assertThat(refusal(Handshake.to("/ws/g1/p1").with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="))
                        .status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 5", "Transfer-Encoding: chunked"})
    void a_handshake_with_a_body_is_a_bad_request(String field) {
        String[] nameAndValue = field.split(": ", 2);
        assertThat(refusal(Handshake.to("/ws/g1/p1").with(nameAndValue[0], nameAndValue[1]))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void only_get_opens_a_socket() {
        TestClient client = gateway.connect();
        client.write(new String(Handshake.to("/ws/g1/p1").bytes(), java.nio.charset.StandardCharsets.UTF_8)
                .replace("GET ", "POST "));
        assertThat(Refusal.nextOf(client).status()).isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/livez", "/readyz", "/startupz"})
    void health_is_told_to_everybody(String target) {
        int status = 0;
        long deadline = System.nanoTime() + RawLeg.DEADLINE.toNanos();
        while (status != 200) {
            assertThat(System.nanoTime()).as("waiting for %s", target).isLessThan(deadline);
            TestClient client = gateway.connect().ask(plain(target).having("Host", "healthcheck.railway.app"));
            status = client.nextHead().status();
        }
    }

    private static Handshake plain(String target) {
        return new Handshake(target, java.util.List.of("Host: " + Handshake.HOST));
    }

    private static Refusal refusal(Handshake handshake) {
        return Refusal.nextOf(gateway.connect().ask(handshake));
    }
}

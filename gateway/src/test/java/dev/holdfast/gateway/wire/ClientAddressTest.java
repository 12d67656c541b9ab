package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.Console;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/// Who is calling when it is a trusted proxy that calls: here everybody on loopback is one.
class ClientAddressTest {
    private static final Handshake HANDSHAKE = Handshake.to("/ws/g1/p1");
    private static final String HEADER = "X-Edge-Client";

    @Order(1)
    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @Order(2)
    @RegisterExtension
    static final TestGateway gateway = new TestGateway(
            backend.url(), "TRUSTED_PROXIES=10.0.0.0/8,127.0.0.0/8,::1", "CLIENT_ADDRESS_HEADER=" + HEADER);

    @ParameterizedTest
    @CsvSource({
        "203.0.113.7, 203.0.113.7",
        "2001:db8::7, 2001:db8:0:0:0:0:0:7",
        "::ffff:203.0.113.7, 203.0.113.7",
    })
    void the_backend_hears_the_address_that_the_proxy_names(String named, String address) {
        double before = counted("header");
        Head request = gateway.open(
                        backend,
                        HANDSHAKE
                                .with(HEADER, named)
                                .with("X-Forwarded-For", "6.6.6.1, 6.6.6.2")
                                .with("X-Real-IP", "6.6.6.3")
                                .with("Forwarded", "for=6.6.6.4"))
                .backend()
                .request();

        assertThat(request.all("X-Forwarded-For")).containsExactly(address);
        assertThat(request.has(HEADER)).isFalse();
        assertThat(String.join("\n", request.fields())).doesNotContain("6.6.6.");
        assertThat(counted("header")).isEqualTo(before + 1);
    }

    @Test
    void a_proxy_that_names_nobody_calls_for_itself() {
        double before = counted("peer");
        Session session = gateway.open(backend, HANDSHAKE.with("X-Forwarded-For", "6.6.6.1"));

        assertThat(session.backend().request().all("X-Forwarded-For"))
                .containsExactly(session.client().address());
        assertThat(counted("peer")).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.6.6.1, 203.0.113.7", "203.0.113.7:80", "[2001:db8::7]", "localhost", "unknown", ""})
    void what_is_not_one_address_is_refused_before_any_dial(String named) {
        double before = counted("unreadable");
        double handshakes = gateway.metric("holdfast_handshakes_total", "outcome=\"bad_client_address\"");
        Refusal refusal = Refusal.nextOf(gateway.connect().ask(HANDSHAKE.with(HEADER, named)));

        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.body().path("error").asString()).isEqualTo("bad_client_address");
        assertThat(refusal.body().path("message").asString())
                .contains(HEADER, '"' + named + '"', "CLIENT_ADDRESS_HEADER");
        assertThat(counted("unreadable")).isEqualTo(before + 1);
        assertThat(gateway.metric("holdfast_handshakes_total", "outcome=\"bad_client_address\""))
                .isEqualTo(handshakes + 1);
        assertNotDialled();
    }

    /// A proxy that adds its own line to a client's has let the client's through.
    @Test
    void two_addresses_are_refused_before_any_dial() {
        Refusal refusal = Refusal.nextOf(
                gateway.connect().ask(HANDSHAKE.with(HEADER, "6.6.6.1").with(HEADER, "203.0.113.7")));

        assertThat(refusal.status()).isEqualTo(400);
        assertNotDialled();
    }

    @Test
    void a_call_of_the_api_with_an_unreadable_address_is_refused_too() {
        HttpResponse<String> answer = gateway.http(gateway.request("/api/games").header(HEADER, "nobody"));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"bad_client_address\"");
    }

    @Test
    void the_probes_need_no_address() {
        assertThat(gateway.http(gateway.request("/livez").header(HEADER, "nobody"))
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"https, https", "http, http", "gopher, http", "'https,http', http"})
    void the_backend_hears_whether_the_client_came_over_tls(String said, String scheme) {
        Head request = gateway.open(backend, HANDSHAKE.with("X-Forwarded-Proto", said))
                .backend()
                .request();

        assertThat(request.all("X-Forwarded-Proto")).containsExactly(scheme);
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void who_is_turned_away_before_anybody_asks_has_that_address_in_the_log(CapturedOutput output) {
        double before = counted("header");
        TestClient client = gateway.connect();
        client.write("MADEUP /ws/g1/p1 HTTP/1.1\r\n" + HEADER + ": 203.0.113.7\r\n\r\n");
        assertThat(Refusal.nextOf(client).status()).isEqualTo(501);

        assertThat(Console.text(output))
                .containsPattern(" refuse .*outcome=\"unknown_method\".* address=\"203\\.0\\.113\\.7\"");
        assertThat(counted("header")).isEqualTo(before);
    }

    private static double counted(String from) {
        return gateway.metric("holdfast_client_addresses_total", "from=\"" + from + "\"");
    }

    /// The first connection that the backend sees is that of the next client who may come in.
    private static void assertNotDialled() {
        assertThat(gateway.open(backend, Handshake.to("/ws/g1/next"))
                        .backend()
                        .request()
                        .target())
                .isEqualTo("/ws/g1/next");
    }
}

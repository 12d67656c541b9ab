package dev.holdfast.gateway.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the backend learns of a client that comes in, and the client of a backend that takes it.
class HandshakeTest {
    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(backend.url());

    @Test
    void the_answer_proves_the_clients_own_key() {
        Handshake handshake = Handshake.to("/ws/g1/p1");
        Head answer = gateway.open(backend, handshake).answer();
        assertThat(answer.status()).isEqualTo(101);
        assertThat(answer.field("Sec-WebSocket-Accept")).isEqualTo(Handshake.accept(handshake.key()));
        assertThat(answer.field("Upgrade")).isEqualToIgnoringCase("websocket");
        assertThat(answer.field("Connection")).isEqualToIgnoringCase("upgrade");
    }

    @Test
    void the_backend_gets_one_well_formed_handshake() {
        Head request = gateway.open(backend).backend().request();
        assertThat(request.startLine()).isEqualTo("GET /ws/g1/p1 HTTP/1.1");
        assertThat(request.all("Host")).hasSize(1);
        assertThat(request.field("Upgrade")).isEqualToIgnoringCase("websocket");
        assertThat(request.field("Connection")).isEqualToIgnoringCase("upgrade");
        assertThat(request.all("Sec-WebSocket-Version")).containsExactly("13");
        assertThat(request.all("Sec-WebSocket-Key")).hasSize(1);
        assertThat(request.all("Holdfast-Link")).containsExactly("1");
        assertThat(request.has("Content-Length")).isFalse();
    }

    @Test
    void the_client_is_not_answered_before_the_backend_is() {
        TestClient client = gateway.connect().ask(Handshake.to("/ws/g1/p1"));
        BackendLeg leg = backend.accept();
        leg.refuse(403, "not after all");
        assertThat(client.nextHead().status()).isEqualTo(403);
    }

    @Test
    void the_subprotocol_is_the_backends_choice() {
        Session session = gateway.open(
                backend, Handshake.to("/ws/g1/p1").with("Sec-WebSocket-Protocol", "a, b"), "Sec-WebSocket-Protocol: b");
        assertThat(session.backend().request().field("Sec-WebSocket-Protocol")).isEqualTo("a, b");
        assertThat(session.answer().all("Sec-WebSocket-Protocol")).containsExactly("b");
        assertRelays(session);
    }

    @Test
    void no_subprotocol_is_a_choice_too() {
        Session session = gateway.open(
                backend,
                Handshake.to("/ws/g1/p1").with("Sec-WebSocket-Protocol", "a").with("Sec-WebSocket-Protocol", "b"));
        assertThat(session.backend().request().field("Sec-WebSocket-Protocol")).isEqualTo("a, b");
        assertThat(session.answer().status()).isEqualTo(101);
        assertThat(session.answer().has("Sec-WebSocket-Protocol")).isFalse();
        assertRelays(session);
    }

    @Test
    void no_extension_is_negotiated() {
        Session session = gateway.open(
                backend,
                Handshake.to("/ws/g1/p1")
                        .with("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"));
        assertThat(session.backend().request().has("Sec-WebSocket-Extensions")).isFalse();
        assertThat(session.answer().status()).isEqualTo(101);
        assertThat(session.answer().has("Sec-WebSocket-Extensions")).isFalse();
        assertRelays(session);
    }

    @Test
    void a_backend_that_answers_with_an_extension_nobody_offered_is_not_believed() {
        backend.always(leg -> leg.upgrade("Sec-WebSocket-Extensions: permessage-deflate"));
        TestClient client = gateway.connect().ask(Handshake.to("/ws/g1/p1"));
        assertThat(Refusal.nextOf(client).status()).isEqualTo(502);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ws/g1/p1",
                "/ws/g1/p1?",
                "/ws/g1/p1?x=%2F%20+&y=a%25b",
                "/ws/g1/p1?x=%C3%A9&x=2&&=",
                "/ws/g1/p1?url=https://a.example/b?c",
                "/ws/g%31/p1",
                "/ws/%67_1/p-1?%61=b"
            })
    void path_and_query_arrive_as_sent(String target) {
        Session session = gateway.open(backend, Handshake.to(target));
        assertThat(session.backend().request().target()).isEqualTo(target);
        assertThat(session.answer().status()).isEqualTo(101);
    }

    @Test
    void cookies_go_both_ways() {
        Session session = gateway.open(
                backend,
                Handshake.to("/ws/g1/p1").with("Cookie", "seat=abc; other=\"x y\""),
                "Set-Cookie: seat=abc; HttpOnly; Path=/",
                "Set-Cookie: second=2");
        assertThat(session.backend().request().all("Cookie")).containsExactly("seat=abc; other=\"x y\"");
        assertThat(session.answer().all("Set-Cookie")).containsExactly("seat=abc; HttpOnly; Path=/", "second=2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://game.example", "HTTPS://GAME.example:443", "https://a.play.example"})
    void the_origin_arrives_as_sent(String origin) {
        Session session = gateway.open(backend, Handshake.to("/ws/g1/p1").having("Origin", origin));
        assertThat(session.backend().request().all("Origin")).containsExactly(origin);
    }

    @Test
    void headers_of_the_game_itself_arrive() {
        Head request = gateway.open(
                        backend,
                        Handshake.to("/ws/g1/p1")
                                .with("Authorization", "Bearer a.b.c")
                                .with("User-Agent", "Wire/1")
                                .with("X-Game", "1"))
                .backend()
                .request();
        assertThat(request.field("Authorization")).isEqualTo("Bearer a.b.c");
        assertThat(request.field("User-Agent")).isEqualTo("Wire/1");
        assertThat(request.field("X-Game")).isEqualTo("1");
    }

    @Test
    void what_a_client_says_about_its_path_here_is_replaced_by_what_the_gateway_saw() {
        Session session = gateway.open(
                backend,
                Handshake.to("/ws/g1/p1")
                        .with("X-Forwarded-For", "6.6.6.1")
                        .with("X-Forwarded-For", "6.6.6.2")
                        .with("X-Forwarded-Host", "evil.example")
                        .with("X-Forwarded-Proto", "gopher")
                        .with("X-Forwarded-Port", "666")
                        .with("X-Forwarded-Prefix", "/evil")
                        .with("Forwarded", "for=6.6.6.3")
                        .with("X-Real-IP", "6.6.6.4")
                        .with("X-Railway-Edge", "evil")
                        .with("x-railway-request-id", "evil")
                        .with("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                        .with("tracestate", "evil=1")
                        .with("baggage", "user=evil")
                        .with("Holdfast-Session", "evil")
                        .with("holdfast-identity", "evil"));
        Head request = session.backend().request();
        assertThat(String.join("\n", request.fields()))
                .doesNotContainIgnoringCase("evil")
                .doesNotContain("6.6.6.", "gopher", "666", "b7ad6b7169203331");
        assertThat(request.all("X-Forwarded-For"))
                .containsExactly(session.client().address());
        assertThat(request.all("X-Forwarded-Host")).containsExactly(Handshake.HOST);
        assertThat(request.all("X-Forwarded-Proto")).hasSize(1);
        assertThat(request.field("X-Forwarded-Proto")).isIn("http", "ws");
    }

    @Test
    void headers_named_in_connection_stay_on_the_clients_leg() {
        Session session = gateway.open(
                backend,
                Handshake.to("/ws/g1/p1")
                        .having("Connection", "keep-alive, Upgrade, X-Hop")
                        .with("X-Hop", "1")
                        .with("Keep-Alive", "timeout=5"));
        assertThat(session.backend().request().has("X-Hop")).isFalse();
        assertThat(session.backend().request().has("Keep-Alive")).isFalse();
        assertRelays(session);
    }

    @Test
    void the_backends_first_frame_may_come_in_one_piece_with_its_handshake() {
        TestClient client = gateway.connect().ask(Handshake.to("/ws/g1/p1"));
        BackendLeg leg = backend.accept();
        leg.write(leg.upgradeBytes(), leg.encoded(Frame.text("welcome")), leg.encoded(Frame.text("board")));
        assertThat(client.nextHead().status()).isEqualTo(101);
        assertThat(client.nextFrame()).isEqualTo(Frame.text("welcome"));
        assertThat(client.nextFrame()).isEqualTo(Frame.text("board"));
        assertRelays(new Session(client, leg.request(), leg));
    }

    @Test
    void a_backend_that_closes_in_one_piece_with_its_handshake_is_heard_to_the_end() {
        TestClient client = gateway.connect().ask(Handshake.to("/ws/g1/p1"));
        BackendLeg leg = backend.accept();
        leg.write(leg.upgradeBytes(), leg.encoded(Frame.text("full")), leg.encoded(Frame.close(4003, "no seat")));
        leg.close();
        assertThat(client.nextHead().status()).isEqualTo(101);
        assertThat(client.nextFrame()).isEqualTo(Frame.text("full"));
        assertThat(client.nextFrame()).isEqualTo(Frame.close(4003, "no seat"));
        client.readToEnd();
    }

    @Test
    void a_clients_first_frame_may_come_in_one_piece_with_its_handshake() {
        TestClient client = gateway.connect();
        client.write(Handshake.to("/ws/g1/p1").bytes(), client.encoded(Frame.text("hello")));
        BackendLeg leg = backend.accept().upgrade();
        assertThat(leg.nextFrame()).isEqualTo(Frame.text("hello"));
        Head answer = client.nextHead();
        assertThat(answer.status()).isEqualTo(101);
        assertRelays(new Session(client, answer, leg));
    }

    @Test
    void half_a_frame_may_come_in_one_piece_with_the_clients_handshake() {
        TestClient client = gateway.connect();
        byte[] frame = client.encoded(Frame.text("hello"));
        client.write(Handshake.to("/ws/g1/p1").bytes(), new byte[] {frame[0], frame[1], frame[2]});
        BackendLeg leg = backend.accept().upgrade();
        assertThat(client.nextHead().status()).isEqualTo(101);
        client.write(Arrays.copyOfRange(frame, 3, frame.length));
        assertThat(leg.nextFrame()).isEqualTo(Frame.text("hello"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 7, 8, 9, 30, 100, 180})
    void a_handshake_cut_in_two_may_have_the_first_frame_behind_it(int cut) {
        Session clock = gateway.open(backend);
        byte[] head = Handshake.to("/ws/g1/p1").bytes();
        TestClient client = gateway.connect();
        client.write(Arrays.copyOf(head, cut));
        // Its arrival shows that the gateway has had time to read meanwhile.
        assertRelays(clock);
        client.write(Arrays.copyOfRange(head, cut, head.length), client.encoded(Frame.text("hello")));
        BackendLeg leg = backend.accept().upgrade();
        assertThat(client.nextHead().status()).isEqualTo(101);
        assertThat(leg.nextFrame()).isEqualTo(Frame.text("hello"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%77s/g1/p1", "/w%73/g1/p1", "http://edge.example/ws/g1/p1"})
    void a_target_in_another_spelling_loses_no_first_frame_either(String target) {
        TestClient client = gateway.connect();
        client.write(Handshake.to(target).bytes(), client.encoded(Frame.text("hello")));
        backend.always(leg -> leg.upgrade().send(leg.nextFrame()));
        Head answer = client.nextHead();
        assertThat(answer.status()).isIn(101, 400, 404);
        if (answer.status() == 101) {
            assertThat(client.nextFrame()).isEqualTo(Frame.text("hello"));
        }
    }

    @Test
    void a_handshake_may_follow_another_request_in_the_same_piece() {
        TestClient client = gateway.connect();
        byte[] health = "GET /livez HTTP/1.1\r\nHost: edge.example\r\n\r\n".getBytes(UTF_8);
        client.write(health, Handshake.to("/ws/g1/p1").bytes());
        Head healthy = client.nextHead();
        assertThat(healthy.status()).isEqualTo(200);
        assertThat(client.nextBody(healthy)).contains("UP");
        BackendLeg leg = backend.accept().upgrade();
        Head answer = client.nextHead();
        assertThat(answer.status()).isEqualTo(101);
        assertRelays(new Session(client, answer, leg));
    }

    @Test
    void a_handshake_may_come_byte_by_byte() {
        TestClient client = gateway.connect();
        for (byte one : Handshake.to("/ws/g1/p1").bytes()) {
            client.write(new byte[] {one});
        }
        BackendLeg leg = backend.accept();
        for (byte one : leg.upgradeBytes()) {
            leg.write(new byte[] {one});
        }
        Head answer = client.nextHead();
        assertThat(answer.status()).isEqualTo(101);
        assertRelays(new Session(client, answer, leg));
    }

    private static void assertRelays(Session session) {
        session.client().send(Frame.text("to the backend"));
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.text("to the backend"));
        session.backend().send(Frame.text("to the client"));
        assertThat(session.client().nextFrame()).isEqualTo(Frame.text("to the client"));
    }
}

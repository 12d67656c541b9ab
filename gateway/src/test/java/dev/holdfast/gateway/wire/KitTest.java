package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The kit against itself: client and backend with no gateway between, so that a failure elsewhere is the gateway's.
class KitTest {
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    @RegisterExtension
    static final TestBackend backend = new TestBackend();

    @Test
    void writes_the_examples_of_the_rfc() {
        assertThat(HEX.formatHex(Frame.text("Hello").unmasked())).isEqualTo("81 05 48 65 6c 6c 6f");
        assertThat(HEX.formatHex(Frame.text("Hello").masked(0x37fa213d))).isEqualTo("81 85 37 fa 21 3d 7f 9f 4d 51 58");
        assertThat(HEX.formatHex(Frame.text("Hel").unfinished().unmasked())).isEqualTo("01 03 48 65 6c");
        assertThat(HEX.formatHex(Frame.continuation("lo").unmasked())).isEqualTo("80 02 6c 6f");
        assertThat(HEX.formatHex(Frame.binary(new byte[256]).unmasked())).startsWith("82 7e 01 00 ");
        assertThat(HEX.formatHex(Frame.binary(new byte[65536]).unmasked()))
                .startsWith("82 7f 00 00 00 00 00 01 00 00 ");
        assertThat(HEX.formatHex(Frame.close(1002, "no").withRsv(4).unmasked())).isEqualTo("c8 04 03 ea 6e 6f");
        assertThat(Handshake.accept("dGhlIHNhbXBsZSBub25jZQ==")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    @Test
    void carries_a_handshake_as_it_was_written() {
        Handshake handshake = Handshake.to("/a%20b?c")
                .having("Host", "other")
                .with("X-Twice", "1")
                .with("X-Twice", "2");
        TestClient client = connect().ask(handshake);
        BackendLeg leg = backend.accept().upgrade("Set-Cookie: a=b");

        assertThat(leg.request().startLine()).isEqualTo("GET /a%20b?c HTTP/1.1");
        assertThat(leg.request().fields()).isEqualTo(handshake.fields());
        assertThat(leg.request().all("x-twice")).containsExactly("1", "2");
        Head answer = client.nextHead();
        assertThat(answer.status()).isEqualTo(101);
        assertThat(answer.field("Sec-WebSocket-Accept")).isEqualTo(Handshake.accept(handshake.key()));
        assertThat(answer.field("set-cookie")).isEqualTo("a=b");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 65535, 65536, 1 << 20})
    void carries_frames_of_every_length_form(int size) {
        TestClient client = connect();
        BackendLeg leg = opened(client);
        Frame frame = Frame.binary(new byte[size]).withRsv(2);

        var writing = client.writeMeanwhile(client.encoded(frame));
        assertThat(leg.nextFrame()).isEqualTo(frame);
        writing.join();
        writing = leg.writeMeanwhile(leg.encoded(frame));
        assertThat(client.nextFrame()).isEqualTo(frame);
        writing.join();
    }

    @Test
    void reads_frames_that_came_glued_to_a_head() {
        TestClient client = connect();
        client.write(Handshake.to("/").bytes(), client.encoded(Frame.text("early")));
        BackendLeg leg = backend.accept();
        assertThat(leg.nextFrame()).isEqualTo(Frame.text("early"));
        leg.write(leg.upgradeBytes(), leg.encoded(Frame.close(4000, "why")));
        assertThat(client.nextHead().status()).isEqualTo(101);
        assertThat(client.nextFrame()).isEqualTo(Frame.close(4000, "why"));
    }

    @Test
    void tells_an_end_from_a_byte_and_from_a_frame() {
        TestClient client = connect();
        BackendLeg leg = opened(client);
        client.write(new byte[] {(byte) 0x81});
        assertThatThrownBy(leg::expectEnd).hasMessageContaining("0x81");
        client.reset();
        leg.expectEnd();
        assertThatThrownBy(leg::nextFrame).hasMessageContaining("ended");
        leg.close();
    }

    @Test
    void notices_a_mask_where_none_belongs_and_none_where_one_does() {
        TestClient client = connect();
        BackendLeg leg = opened(client);
        leg.write(Frame.text("x").masked(7));
        assertThatThrownBy(client::nextFrame).hasMessageContaining("masked");
        client.write(Frame.text("x").unmasked());
        assertThatThrownBy(leg::nextFrame).hasMessageContaining("did not mask");
    }

    @Test
    void refuses_with_a_body() {
        TestClient client = connect().ask(Handshake.to("/"));
        backend.accept().refuse(403, "not you");
        Head answer = client.nextHead();
        assertThat(answer.status()).isEqualTo(403);
        assertThat(client.nextBody(answer)).isEqualTo("not you");
    }

    @Test
    void reads_a_body_in_chunks() {
        TestClient client = connect().ask(Handshake.to("/"));
        backend.accept()
                .write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\na\r\n0123456789\r\n0\r\n\r\n");
        assertThat(client.nextBody(client.nextHead())).isEqualTo("abc0123456789");
    }

    @Test
    void treats_every_connection_alike_until_the_backend_goes_down() {
        backend.always(leg -> leg.refuse(401, ""));
        for (int i = 0; i < 3; i++) {
            assertThat(connect().ask(Handshake.to("/")).nextHead().status()).isEqualTo(401);
        }
    }

    @Test
    void frees_its_port_and_takes_it_again() {
        String url = backend.url();
        backend.down();
        assertThatThrownBy(KitTest::connect)
                .isInstanceOf(UncheckedIOException.class)
                .hasCauseInstanceOf(ConnectException.class);
        backend.up();
        assertThat(backend.url()).isEqualTo(url);
        opened(connect());
    }

    private static BackendLeg opened(TestClient client) {
        client.ask(Handshake.to("/"));
        BackendLeg leg = backend.accept().upgrade();
        assertThat(client.nextHead().status()).isEqualTo(101);
        return leg;
    }

    private static TestClient connect() {
        return TestClient.connect(backend.port());
    }
}

package dev.holdfast.gateway.handshake;

import dev.holdfast.gateway.Fuzz;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UpgradeRequestFuzzTest {
    private static final List<String> STARTS = List.of(
            "GET /ws/g/p HTTP/1.1\r\n",
            "GET /ws/g/p?a=%0d%0aX:1 HTTP/1.1\r\n",
            "GET http://h/ws/g/p HTTP/1.1\r\n",
            "POST /ws/g/p HTTP/1.1\r\n",
            "GET /ws/g/p HTTP/1.0\r\n",
            "GET  /ws/g/p  HTTP/1.1\r\n",
            "\r\nGET /ws/g/p HTTP/1.1\n",
            "");
    private static final String UPGRADE = String.join(
            "\r\n",
            "Host: h",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "");
    private static final List<String> LINES = List.of(
            "Content-Length: 0\r\n",
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Connection: X, Sec-WebSocket-Key\r\n",
            "X-Forwarded-For: 1.2.3.4\r\n",
            "Holdfast-Link: 1\r\n",
            " folded\r\n",
            "X: a\rY: b\r\n",
            "X: a\nY: b\r\n",
            "X : a\r\n",
            "X: \u0000\r\n");
    private static final List<String> ENDS =
            List.of("\r\n", "\r\n\u0081\u0080abcd", "\r\nGET / HTTP/1.1\r\n\r\n", "\n", "");

    @Test
    void a_client_that_sends_anything_gets_nothing_smuggled_through() {
        Fuzz.run(8_000, UpgradeRequestFuzzTest::nearlyARequest, UpgradeRequestFuzz::fuzzerTestOneInput);
    }

    private static byte[] nearlyARequest(Random random) {
        StringBuilder text = new StringBuilder().append((char) random.nextInt(256));
        for (int requests = random.nextInt(3); requests >= 0; requests--) {
            text.append(Fuzz.oneOf(random, STARTS));
            text.append(random.nextInt(4) == 0 ? "" : UPGRADE);
            for (int n = random.nextInt(3); n > 0; n--) {
                text.append(Fuzz.oneOf(random, LINES));
            }
            text.append(Fuzz.oneOf(random, ENDS));
        }
        return Fuzz.mutated(random, text.toString().getBytes(StandardCharsets.ISO_8859_1));
    }
}

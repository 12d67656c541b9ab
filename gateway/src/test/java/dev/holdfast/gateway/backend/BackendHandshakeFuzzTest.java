package dev.holdfast.gateway.backend;

import dev.holdfast.gateway.Fuzz;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackendHandshakeFuzzTest {
    private static final List<String> STARTS = List.of(
            "HTTP/1.1 101 Switching Protocols\r\n",
            "HTTP/1.1 101 Switching Protocols\r\n",
            "HTTP/1.1 403 Forbidden\r\n",
            "HTTP/1.1 200 OK\r\n",
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/9 1\r\n",
            "");
    private static final List<String> LINES = List.of(
            "Upgrade: websocket\r\n",
            "Connection: Upgrade\r\n",
            "Sec-WebSocket-Accept: " + WebSocketKey.accept(BackendHandshakeFuzz.KEY) + "\r\n",
            "Sec-WebSocket-Protocol: x\r\n",
            "Content-Length: 3\r\n",
            "Content-Length: 99999999999999999999\r\n",
            "Transfer-Encoding: chunked\r\n",
            "X: \u0001\r\n",
            " folded\r\n",
            "Y : y\n");
    private static final List<String> ENDS =
            List.of("\r\n", "\r\n\u0081\u0002hi", "\r\nabc", "\r\n3\r\nabc\r\n0\r\n\r\n", "");

    @Test
    void a_backend_that_answers_anything_gets_one_verdict() {
        Fuzz.run(8_000, BackendHandshakeFuzzTest::nearlyAnAnswer, BackendHandshakeFuzz::fuzzerTestOneInput);
    }

    private static byte[] nearlyAnAnswer(Random random) {
        StringBuilder text = new StringBuilder().append((char) random.nextInt(256));
        text.append(Fuzz.oneOf(random, STARTS));
        if (random.nextBoolean()) {
            LINES.stream().limit(3).forEach(text::append);
        }
        for (int n = random.nextInt(3); n > 0; n--) {
            text.append(Fuzz.oneOf(random, LINES));
        }
        text.append(Fuzz.oneOf(random, ENDS));
        return Fuzz.mutated(random, text.toString().getBytes(StandardCharsets.ISO_8859_1));
    }
}

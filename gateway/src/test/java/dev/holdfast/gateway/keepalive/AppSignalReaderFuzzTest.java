package dev.holdfast.gateway.keepalive;

import dev.holdfast.gateway.Fuzz;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AppSignalReaderFuzzTest {
    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            " ",
            "\"type\"",
            "\"pong\"",
            "\"ping\"",
            "\"x\"",
            "1",
            "-0.5",
            "1e9",
            "0",
            "true",
            "null",
            "false",
            "\\",
            "\"",
            "\\u0074",
            "é",
            "\t",
            "{\"type\":\"pong\"}",
            "\"type\":\"pong\"",
            "\"type\":\"ping\",");

    /// Pieces put together at random make texts near the edge of JSON more often than random bytes do.
    @Test
    void agrees_with_jackson_on_whatever_can_be_made_of_json() {
        Fuzz.run(50_000, AppSignalReaderFuzzTest::nearlyJson, AppSignalReaderFuzz::fuzzerTestOneInput);
    }

    private static byte[] nearlyJson(Random random) {
        StringBuilder text = new StringBuilder(random.nextBoolean() ? "{" : "");
        for (int n = random.nextInt(9); n >= 0; n--) {
            text.append(Fuzz.oneOf(random, PIECES));
        }
        text.append(random.nextBoolean() ? "}" : "");
        return Fuzz.mutated(random, text.toString().getBytes(StandardCharsets.UTF_8));
    }
}

package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

// A session that never ends would otherwise hang the build.
@Timeout(60)
class RailwayProbeTest {
    @Test
    void each_session_presents_the_token() throws Exception {
        // Cut off with its first message, since the probe would wait for one that never arrives
        try (SmallServer server = new SmallServer((context, text) -> {
            if (text.contains("probe")) {
                SmallServer.cut(context);
            }
        })) {
            var screen = new ByteArrayOutputStream();
            var out = new PrintStream(screen, true, StandardCharsets.UTF_8);

            RailwayProbe.probe(server.url(), new ClientHeaders("", "abc"), Duration.ofMillis(1), out);

            assertThat(screen.toString(StandardCharsets.UTF_8)).contains("sockets ended              0");
            assertThat(server.authorizations).hasSizeGreaterThanOrEqualTo(5).containsOnly("Bearer abc");
        }
    }
}

package dev.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// `bin/railway-probe` against services that do what it is there to notice.
class RailwayProbeIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @Test
    void a_redeploy_a_cut_a_limit_and_a_believed_forgery_are_noticed() throws Exception {
        Map<String, String> credulous = Map.of(
                "TRUSTED_PROXIES",
                "127.0.0.0/8",
                "CLIENT_ADDRESS_HEADER",
                "X-Real-IP",
                "WS_MAX_MESSAGE",
                "32KB",
                "WS_PING_TIMEOUT",
                "60");
        try (Services services = Services.onSqlite(Services.Setup.usual().withEnvironment(credulous))) {
            Process probe = probe(services, "10");
            try {
                var output = new Output(probe);
                output.await("new handshakes: 101");
                assertThat(output.line("X-Real-IP")).contains("anybody may pretend an address");
                assertThat(output.line("16,384 bytes")).contains("arrived after");
                assertThat(output.line("65,536 bytes")).contains("closed with 1009");

                services.gateway().stop();
                services.gateway().launch();
                services.gateway().awaitReady();
                assertThat(output.await("socket 1: closed")).contains("closed with 1012 \"retry=");
                for (int socket = 1; socket <= 3; socket++) {
                    output.await("socket " + socket + ": open again");
                }
                assertThat(output.lines).anyMatch(line -> line.matches(".* new handshakes: \\w+Exception"));
                services.clientWires().getFirst().cut();
                output.await("cut off without a close frame");
            } finally {
                probe.destroy();
            }
        }
    }

    @Test
    void a_quiet_socket_is_told_from_a_dead_one_and_all_that_end_are_counted() throws Exception {
        Map<String, String> quiet = Map.of("WS_PING_INTERVAL", "1h");
        try (Services services = Services.onSqlite(Services.Setup.usual().withEnvironment(quiet))) {
            Process alive = probe(services, "0.3");
            var output = new Output(alive);
            String silence = output.await("longest silence survived").replaceFirst(".* (\\S+) s$", "$1");
            assertThat(Double.parseDouble(silence)).isGreaterThanOrEqualTo(10);
            assertThat(output.line("sockets ended")).endsWith(" 0");
            assertThat(alive.waitFor(LIMIT.toMinutes(), TimeUnit.MINUTES)).isTrue();

            Process dead = probe(services, "0.3");
            output = new Output(dead);
            output.await("new handshakes: 101");
            services.clientWires().getFirst().cut();
            for (int socket = 1; socket <= 3; socket++) {
                output.await("socket " + socket + ": open again");
            }
            services.clientWires().getFirst().swallow();
            output.await("socket 1: dead, though nobody closed it");
            assertThat(output.await("sockets ended")).endsWith(" 6");
            assertThat(output.await("handshakes  ")).contains("{101=");
            assertThat(dead.waitFor(LIMIT.toMinutes(), TimeUnit.MINUTES)).isTrue();
            assertThat(dead.exitValue()).isZero();
        }
    }

    @Test
    void wrong_usage_and_a_gateway_that_is_not_there_have_exit_codes_of_their_own() throws Exception {
        for (Map.Entry<String, Integer> wrong :
                Map.of("http://localhost", 2, "ws://127.0.0.1:1", 1).entrySet()) {
            Process probe = started(wrong.getKey(), "1");
            String said = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(probe.waitFor(LIMIT.toMinutes(), TimeUnit.MINUTES)).isTrue();
            assertThat(probe.exitValue()).as(said).isEqualTo(wrong.getValue());
            assertThat(said).contains(wrong.getKey());
        }
    }

    private static Process probe(Services services, String minutes) throws IOException {
        return started(services.entrances().getFirst().toString(), minutes);
    }

    private static Process started(String... arguments) throws IOException {
        Path tool =
                Services.jar("gateway").resolve("../../../bin/railway-probe").normalize();
        List<String> command = new ArrayList<>(List.of(tool.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /// What a program has said so far.
    private static final class Output {
        private final List<String> lines = new ArrayList<>();
        private final BufferedReader reader;

        Output(Process process) {
            reader = process.inputReader();
        }

        /// The first line with this in it, waited for.
        String await(String part) {
            while (true) {
                if (lines.stream().anyMatch(line -> line.contains(part))) {
                    return line(part);
                }
                String next = CompletableFuture.supplyAsync(() -> {
                            try {
                                return String.valueOf(reader.readLine());
                            } catch (IOException failure) {
                                throw new IllegalStateException(failure);
                            }
                        })
                        .orTimeout(LIMIT.toMinutes(), TimeUnit.MINUTES)
                        .join();
                assertThat(next).as("before \"%s\" came %s", part, lines).isNotEqualTo("null");
                lines.add(next);
            }
        }

        String line(String part) {
            return lines.stream()
                    .filter(line -> line.contains(part))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no \"" + part + "\" in " + lines));
        }
    }
}

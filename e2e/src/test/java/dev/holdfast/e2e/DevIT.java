package dev.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// `bin/dev` as a developer runs it.
class DevIT {
    private static final Duration END_LIMIT = Duration.ofMinutes(2);

    @Test
    @Timeout(value = 6, unit = TimeUnit.MINUTES)
    void development_servers_may_connect_and_ctrl_c_ends_all_though_what_reads_the_output_ends_first()
            throws Exception {
        // The terminal's part: one process group for all, and nobody who ignores SIGINT, which is inherited
        var builder = new ProcessBuilder("setsid", "env", "--default-signal=INT", "bash", "-c", "bin/dev 2>&1 | cat");
        builder.directory(
                Services.jar("gateway").resolve("../../..").normalize().toFile());
        int port = Service.freePort();
        int pagePort = Service.freePort();
        builder.environment().put("PORT", Integer.toString(port));
        builder.environment().put("FRONTEND_PORT", Integer.toString(pagePort));
        for (String other : List.of("MANAGEMENT_PORT", "BACKEND_PORT", "BACKEND_MANAGEMENT_PORT")) {
            builder.environment().put(other, Integer.toString(Service.freePort()));
        }
        builder.environment().put("STORE_URL", "memory:");
        Process shell = builder.start();
        List<ProcessHandle> all = List.of();
        try (BufferedReader output = shell.inputReader()) {
            String line = output.readLine();
            while (line != null && !line.startsWith("Holdfast is up")) {
                line = output.readLine();
            }
            all = Stream.concat(Stream.of(shell.toHandle()), shell.descendants())
                    .toList();
            assertThat(line).as("that it is up").isNotNull();
            assertThat(all).filteredOn(DevIT::isJava).hasSize(2);

            for (int page : List.of(pagePort, 5174, 3000)) {
                connect(port, "http://localhost:" + page);
            }

            new ProcessBuilder("kill", "-INT", "--", "-" + shell.pid()).start().waitFor();
            assertThat(CompletableFuture.allOf(
                            all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new)))
                    .as("that all processes end")
                    .succeedsWithin(END_LIMIT);
        } finally {
            all.forEach(ProcessHandle::destroyForcibly);
        }
    }

    /// Fails when the page is refused.
    private static void connect(int port, String origin) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            client.newWebSocketBuilder()
                    .header("Origin", origin)
                    .buildAsync(URI.create("ws://localhost:" + port + "/ws/dev/player"), new WebSocket.Listener() {})
                    .join()
                    .abort();
        }
    }

    private static boolean isJava(ProcessHandle process) {
        return process.info().command().orElse("").endsWith("/java");
    }
}

package dev.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
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
    private static final List<String> PORTS =
            List.of("PORT", "MANAGEMENT_PORT", "BACKEND_PORT", "BACKEND_MANAGEMENT_PORT", "FRONTEND_PORT");

    @Test
    @Timeout(value = 6, unit = TimeUnit.MINUTES)
    void ctrl_c_ends_all_of_it_though_what_reads_its_output_ends_first() throws Exception {
        // The terminal's part: one process group for all, and nobody who ignores SIGINT, which is inherited
        var builder = new ProcessBuilder("setsid", "env", "--default-signal=INT", "bash", "-c", "bin/dev 2>&1 | cat");
        builder.directory(
                Services.jar("gateway").resolve("../../..").normalize().toFile());
        PORTS.forEach(name -> builder.environment().put(name, Integer.toString(Service.freePort())));
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

            new ProcessBuilder("kill", "-INT", "--", "-" + shell.pid()).start().waitFor();
            assertThat(CompletableFuture.allOf(
                            all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new)))
                    .as("that all processes end")
                    .succeedsWithin(END_LIMIT);
        } finally {
            all.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private static boolean isJava(ProcessHandle process) {
        return process.info().command().orElse("").endsWith("/java");
    }
}

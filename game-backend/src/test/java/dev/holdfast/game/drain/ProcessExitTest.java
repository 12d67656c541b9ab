package dev.holdfast.game.drain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.GameBackendApplication;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessExitTest {
    @TempDir
    Path directory;

    private @Nullable Process process;

    @AfterEach
    void kill() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Test
    void sigterm_ends_the_process_with_0() throws Exception {
        Process backend = launch(Map.of("STORE_URL", "sqlite:" + directory.resolve("games.db")));
        readUntil(backend, "Started GameBackendApplication");

        backend.toHandle().destroy();

        readUntil(backend, "drained");
        assertThat(backend.inputReader().lines()).noneMatch(line -> line.contains("Failed to stop"));
        assertThat(backend.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(backend.exitValue()).isZero();
    }

    @Test
    void a_bad_setting_ends_the_process_with_1() throws Exception {
        Process backend = launch(Map.of("STORE_URL", "nowhere"));

        assertThat(backend.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(backend.exitValue()).isEqualTo(1);
    }

    private Process launch(Map<String, String> environment) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var builder = new ProcessBuilder(
                java,
                "-Djava.io.tmpdir=" + directory,
                "-cp",
                System.getProperty("java.class.path"),
                GameBackendApplication.class.getName());
        builder.environment().putAll(Map.of("PORT", "0", "MANAGEMENT_PORT", "0"));
        builder.environment().putAll(environment);
        process = builder.redirectErrorStream(true).start();
        return process;
    }

    private static List<String> readUntil(Process process, String text) throws IOException {
        BufferedReader output = process.inputReader();
        List<String> lines = new ArrayList<>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            lines.add(line);
            if (line.contains(text)) {
                return lines;
            }
        }
        throw new AssertionError("no \"" + text + "\" in " + lines);
    }
}

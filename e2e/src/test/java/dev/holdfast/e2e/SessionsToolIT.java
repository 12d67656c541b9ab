package dev.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// `bin/sessions` as whoever is on call types it.
class SessionsToolIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void sessions_are_listed_and_closed() throws Exception {
        try (Services services = Services.onSqlite();
                var run = new Run(services, 1)) {
            run.v1("tool-1", 2, Habits.GOOD).v1("tool-2", 1, Habits.GOOD).start();
            run.awaitProgress(2);

            List<String> table = awaitOpen(services, 2, "game=tool-1");
            assertThat(table.getFirst()).startsWith("ID ").contains("PLAYER", "BACKEND", "STATE", "RTT_MS");
            assertThat(table.subList(1, 3))
                    .allSatisfy(line -> assertThat(line).contains("tool-1", "127.0.0.1", "open"));
            assertThat(table.getLast()).isEqualTo("2 of 2 sessions");
            assertThat(sessions(services).getLast()).isEqualTo("3 of 3 sessions");
            String backend = column("BACKEND", sessions(services));
            assertThat(backend).matches("127\\.0\\.0\\.1:\\d+");
            assertThat(sessions(services, "backend=" + backend).getLast()).isEqualTo("3 of 3 sessions");
            assertThat(sessions(services, "backend=127.0.0.1:1").getLast()).isEqualTo("0 of 0 sessions");
            assertThat(sessions(services, "limit=1").getLast()).isEqualTo("1 of 3 sessions");

            String id = sessions(services, "game=tool-2").get(1).split(" ", 2)[0];
            assertThat(sessions(services, "close", id)).containsExactly("closed 1");
            assertThat(sessions(services, "close", "nobody").getLast()).contains("no such session");
            assertThat(sessions(services, "state=asleep").getLast()).contains("400", "expected: one of");
        }
    }

    /// Of the first session.
    private static String column(String name, List<String> table) {
        int at = List.of(table.getFirst().split(" +", -1)).indexOf(name);
        return table.get(1).split(" +", -1)[at];
    }

    /// A backend that this machine kept from answering a ping has its sessions held for a moment.
    private static List<String> awaitOpen(Services services, int count, String filter)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        List<String> table = sessions(services, filter);
        while (table.stream().filter(line -> line.contains("open")).count() < count && System.nanoTime() < deadline) {
            table = sessions(services, filter);
        }
        return table;
    }

    private static List<String> sessions(Services services, String... arguments)
            throws IOException, InterruptedException {
        Path tool = Services.jar("gateway").resolve("../../../bin/sessions").normalize();
        List<String> command = new ArrayList<>(List.of(tool.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .put("MANAGEMENT_URL", "http://127.0.0.1:" + services.gateway().setting("MANAGEMENT_PORT"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(40, TimeUnit.SECONDS))
                .as("bin/sessions ended")
                .isTrue();
        return output.lines().toList();
    }
}

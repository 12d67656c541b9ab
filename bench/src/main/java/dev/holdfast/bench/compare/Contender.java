package dev.holdfast.bench.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A gateway that can be started on a port before a backend on another.
///
/// @param version what it says of itself
/// @param config the file it is started with, if it needs one; `PORT`, `BACKEND` and `FOLDER` stand for themselves
/// @param command with the same words, and `CONFIG` for the file's name
/// @param environment with the same words
/// @param isLinked whether its backend speaks the link
record Contender(
        String name,
        String version,
        String config,
        List<String> command,
        Map<String, String> environment,
        boolean isLinked) {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final int STOP_SECONDS = 20;
    private static final int LAST_WORDS = 30;

    Contender(String name, String version, String config, List<String> command, Map<String, String> environment) {
        this(name, version, config, command, environment, false);
    }

    /// The same before a backend that speaks the link.
    Contender linked() {
        return new Contender(
                name + " and the link",
                "the same before a backend that also tells it a cursor and an acknowledgement for each message, as the"
                        + " game-backend does (docs/protocol.md, section 7)",
                config,
                command,
                environment,
                true);
    }

    /// Starts it, and returns when it takes connections.
    Running start(int port, int backendPort) throws IOException {
        Path folder = Files.createTempDirectory("holdfast-bench-" + name.replaceAll("\\W+", "-") + "-");
        Path file = folder.resolve("config");
        Files.writeString(file, filled(config, port, backendPort, folder));
        ProcessBuilder builder = new ProcessBuilder(command.stream()
                        .map(word -> filled(word, port, backendPort, folder).replace("CONFIG", file.toString()))
                        .toList())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        environment.forEach((key, value) -> builder.environment().put(key, filled(value, port, backendPort, folder)));
        Running running = new Running(builder.start(), folder.resolve("log"));
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!listens(port)) {
            if (!running.process.isAlive() || System.nanoTime() > deadline) {
                running.close();
                List<String> said = Files.readAllLines(running.log);
                throw new IllegalStateException(name + " did not start; its last words: "
                        + String.join("\n", said.subList(Math.max(0, said.size() - LAST_WORDS), said.size())));
            }
            Swarm.rest(Duration.ofMillis(10));
        }
        return running;
    }

    private static String filled(String text, int port, int backendPort, Path folder) {
        return text.replace("PORT", Integer.toString(port))
                .replace("BACKEND", "127.0.0.1:" + backendPort)
                .replace("FOLDER", folder.toString());
    }

    private static boolean listens(int port) {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /// A started one, with its children.
    record Running(Process process, Path log) implements AutoCloseable {
        private static final double TICKS_PER_SECOND = 100; // USER_HZ of Linux on every machine there is

        /// CPU used so far, of all its processes.
        double cpuSeconds() {
            return sum(pid -> {
                String stat = Files.readString(Path.of("/proc", pid, "stat"));
                List<String> fields =
                        List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
                return (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))) / TICKS_PER_SECOND;
            });
        }

        /// Resident memory, what is shared counted once.
        double mebibytes() {
            return sum(pid -> Files.readAllLines(Path.of("/proc", pid, "smaps_rollup")).stream()
                    .filter(line -> line.startsWith("Pss:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                    .sum());
        }

        private interface OfProcess {
            double read(String pid) throws IOException;
        }

        private double sum(OfProcess value) {
            return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                    .mapToDouble(each -> {
                        try {
                            return value.read(Long.toString(each.pid()));
                        } catch (IOException failure) {
                            throw new UncheckedIOException(failure);
                        }
                    })
                    .sum();
        }

        @Override
        public void close() {
            List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                    .toList();
            all.forEach(ProcessHandle::destroy);
            try {
                if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                    all.forEach(ProcessHandle::destroyForcibly);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted while stopping " + process, e);
            }
        }
    }
}

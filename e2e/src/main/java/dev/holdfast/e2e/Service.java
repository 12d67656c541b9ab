package dev.holdfast.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One program as a process of its own, which can be killed, stopped, paused and started again with the same settings.
/// Dies with this JVM. Used by one thread.
final class Service implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(40);
    private static final int LAST_WORDS = 30;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

    private static final int LAST_PORT = 32_000;
    /// Each JVM of a test run has ports of its own; the tests in a browser begin at 25,000.
    private static final int FIRST_PORT = 10_000 + 5_000 * (Integer.getInteger("e2e.fork", 1) - 1);

    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger(FIRST_PORT + ThreadLocalRandom.current().nextInt(4_000));

    /// Whether the program can be used.
    interface Readiness {
        boolean isReady();
    }

    private final String name;
    private final ProcessBuilder builder;
    private final Readiness readiness;
    private final Path output;
    private @Nullable Process process;

    Service(String name, List<String> command, Map<String, String> environment, Path folder, Readiness readiness) {
        this.name = name;
        this.readiness = readiness;
        this.output = folder.resolve(name + ".log");
        this.builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment().putAll(environment);
        Scratch.end(this);
    }

    /// A Readiness that asks `/readyz`.
    static Readiness readyz(int port) {
        return answers(port, "/readyz");
    }

    /// A Readiness that asks for a path.
    static Readiness answers(int port, String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(2))
                .build();
        return () -> {
            try {
                return HTTP.send(request, BodyHandlers.discarding()).statusCode() == 200;
            } catch (IOException notYet) {
                return false;
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException("interrupted while waiting for port " + port, interrupted);
            }
        };
    }

    /// Nobody listens there, it is given out once, and it lies below those that the kernel gives to outgoing
    /// connections: it stays free while its program is down.
    static int freePort() {
        while (true) {
            int port = NEXT_PORT.getAndIncrement();
            try (var socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                if (port > LAST_PORT) {
                    throw new UncheckedIOException("no free port up to " + port, taken);
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    void launch() {
        try {
            process = builder.start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    void awaitReady() {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!readiness.isReady()) {
            if (!running().isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException(name + " is not ready; its last words: " + lastWords());
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    boolean hasSpoken(Instant since) {
        try {
            return Files.exists(output)
                    && !Files.getLastModifiedTime(output).toInstant().isBefore(since);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    String lastWords() {
        try {
            List<String> said = Files.readAllLines(output);
            return String.join("\n", said.subList(Math.max(0, said.size() - LAST_WORDS), said.size()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// SIGKILL.
    void kill() {
        running().destroyForcibly();
        awaitExit(STOP_LIMIT);
    }

    /// SIGTERM, and the exit code.
    int stop() {
        return stop(STOP_LIMIT);
    }

    /// SIGTERM to a program that may take so long to end, and the exit code.
    int stop(Duration limit) {
        running().destroy();
        return awaitExit(limit);
    }

    /// SIGSTOP.
    void pause() {
        signal("-STOP");
    }

    /// SIGCONT.
    void go() {
        signal("-CONT");
    }

    /// SIGKILL and a new start, whose output goes into a pipe that nobody reads.
    void restartUnread() {
        kill();
        builder.redirectOutput(ProcessBuilder.Redirect.PIPE);
        launch();
    }

    /// Bytes in that pipe.
    int unread() {
        try {
            return running().getInputStream().available();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    long pid() {
        return running().pid();
    }

    /// A variable of its environment.
    String setting(String name) {
        return Objects.requireNonNull(builder.environment().get(name), name);
    }

    /// What it has used so far, of all cores.
    Duration cpu() {
        return running().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    private void signal(String signal) {
        try {
            int code = new ProcessBuilder(
                            "kill", signal, Long.toString(running().pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException("kill " + signal + " of " + name + " ended with " + code);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted while signalling " + name, interrupted);
        }
    }

    private int awaitExit(Duration limit) {
        try {
            if (!running().waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(name + " still runs " + limit + " after its signal");
            }
            return running().exitValue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted while stopping " + name, interrupted);
        }
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException(name + " was never launched");
        }
        return process;
    }

    @Override
    public String toString() {
        return name;
    }

    @Override
    public void close() {
        if (process != null) {
            kill();
        }
    }
}

package dev.holdfast.game.log.redis;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A real redis-server on a free port, with its files in a directory of its own.
public final class RedisServer implements BeforeAllCallback, AfterAllCallback {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    private final List<String> options;
    private int port;
    private @Nullable Path directory;
    private @Nullable Process process;

    public RedisServer(String... options) {
        this.options = List.of(options);
    }

    /// One that loses nothing it has acknowledged.
    public static RedisServer durable() {
        return new RedisServer("--appendonly", "yes", "--appendfsync", "always", "--save", "");
    }

    @Override
    public void beforeAll(ExtensionContext test) throws Exception {
        directory = Files.createTempDirectory("holdfast-redis");
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        start();
    }

    @Override
    public void afterAll(ExtensionContext test) throws Exception {
        kill();
        if (directory != null) {
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
    }

    public void start() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "redis-server",
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                String.valueOf(directory)));
        command.addAll(options);
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        awaitPort();
    }

    private void awaitPort() throws IOException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (System.nanoTime() < deadline && process != null && process.isAlive()) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(1000);
                socket.getOutputStream().write("PING\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                if (socket.getInputStream().read() == '+') {
                    return;
                }
            } catch (IOException notYet) {
                LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
            }
        }
        throw new IOException("redis-server does not answer on port " + port + " (expected: it is on PATH)");
    }

    /// As `kill -9` does.
    public void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            process = null;
        }
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }
}

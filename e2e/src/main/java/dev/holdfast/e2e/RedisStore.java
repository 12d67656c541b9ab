package dev.holdfast.e2e;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A real Redis that keeps its data in an append-only file.
///
/// @param wire what the game-backends reach it by
/// @param reader reads it directly
record RedisStore(Service server, Wire wire, RedisLogReader reader, Path folder) implements AutoCloseable {
    static RedisStore start(Path folder, String appendfsync) {
        int port = Service.freePort();
        var server = new Service(
                "redis",
                List.of(
                        "redis-server",
                        "--port",
                        "" + port,
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--appendonly",
                        "yes",
                        "--appendfsync",
                        appendfsync,
                        "--maxmemory",
                        "512mb",
                        "--maxmemory-policy",
                        "noeviction",
                        "--stream-node-max-bytes",
                        "512"),
                Map.of(),
                folder,
                () -> answersPing(port));
        server.launch();
        server.awaitReady();
        return new RedisStore(server, new Wire(port), new RedisLogReader("redis://127.0.0.1:" + port), folder);
    }

    private static boolean answersPing(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() == '+';
        } catch (IOException notYet) {
            return false;
        }
    }

    /// For the game-backends.
    String url() {
        return "redis://127.0.0.1:" + wire.port();
    }

    /// What it has written so far, in bytes.
    long written() {
        try {
            return Files.size(appendOnlyFile());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// What a power cut does to bytes that were written and not synced. The server must not be running.
    ///
    /// @param synced bytes that stay
    void forgetAfter(long synced) {
        try (var file = new RandomAccessFile(appendOnlyFile().toFile(), "rw")) {
            file.setLength(synced);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Path appendOnlyFile() {
        try (Stream<Path> files = Files.list(folder.resolve("appendonlydir"))) {
            return files.filter(file -> file.toString().endsWith(".incr.aof"))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        wire.close();
        server.close();
    }
}

package dev.holdfast.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The real gateway and game-backend, and a real Redis if asked for, on free ports of this machine. The jars must have
/// been packaged.
///
/// @param entrances one gateway each; the gateway at each index has the backend at that index
record Services(
        List<Service> backends, List<Service> gateways, List<URI> entrances, Optional<Service> redis, LogReader log)
        implements AutoCloseable {
    private static final int PING_SECONDS = 5;

    static Services onSqlite() {
        Path folder = folder("sqlite");
        Path file = folder.resolve("games.db");
        return start(folder, 1, "sqlite:" + file, Optional.empty(), new SqliteLogReader(file));
    }

    /// @param replicas pairs of a gateway and a game-backend, all on the one Redis
    static Services onRedis(int replicas) {
        Path folder = folder("redis");
        int port = Service.freePort();
        var redis = new Service(
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
                        "always",
                        "--maxmemory-policy",
                        "noeviction"),
                Map.of(),
                folder,
                () -> answersPing(port));
        redis.launch();
        redis.awaitReady();
        String url = "redis://127.0.0.1:" + port;
        return start(folder, replicas, url, Optional.of(redis), new RedisLogReader(url));
    }

    private static Services start(Path folder, int replicas, String store, Optional<Service> redis, LogReader log) {
        List<Service> backends = new ArrayList<>();
        List<Service> gateways = new ArrayList<>();
        List<URI> entrances = new ArrayList<>();
        for (int i = 1; i <= replicas; i++) {
            int backendPort = Service.freePort();
            int gatewayPort = Service.freePort();
            backends.add(java(folder, "game-backend", i, backendPort, Map.of("STORE_URL", store)));
            gateways.add(java(
                    folder,
                    "gateway",
                    i,
                    gatewayPort,
                    Map.of(
                            "SPRING_PROFILES_ACTIVE", "local",
                            "BACKEND_URL", "http://127.0.0.1:" + backendPort,
                            "BACKEND_PING_INTERVAL", "1",
                            "BACKEND_PING_TIMEOUT", "1",
                            "GATEWAY_HOLD", "60")));
            entrances.add(URI.create("ws://127.0.0.1:" + gatewayPort));
        }
        backends.forEach(Service::launch);
        gateways.forEach(Service::launch);
        backends.forEach(Service::awaitReady);
        gateways.forEach(Service::awaitReady);
        return new Services(backends, gateways, entrances, redis, log);
    }

    private static Service java(Path folder, String module, int number, int port, Map<String, String> environment) {
        var all = new HashMap<>(environment);
        all.put("PORT", Integer.toString(port));
        all.put("MANAGEMENT_PORT", Integer.toString(Service.freePort()));
        all.put("WS_PING_INTERVAL", Integer.toString(PING_SECONDS));
        return new Service(
                module + "-" + number,
                List.of(
                        System.getProperty("java.home") + "/bin/java",
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-jar",
                        jar(module).toString()),
                all,
                folder,
                Service.readyz(port));
    }

    /// The packaged jar, in this folder's project or the one around it.
    private static Path jar(String module) {
        Path here = Path.of("").toAbsolutePath();
        for (Path root = here; root != null; root = root.getParent()) {
            Path jar = root.resolve(module, "target", module + ".jar");
            if (Files.exists(jar)) {
                return jar;
            }
        }
        throw new IllegalStateException("no " + module + "/target/" + module + ".jar in " + here
                + " or above: package it first, with bin/build " + module);
    }

    private static Path folder(String name) {
        try {
            return Files.createTempDirectory("holdfast-e2e-" + name + "-");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
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

    Service backend() {
        return backends.getFirst();
    }

    Service gateway() {
        return gateways.getFirst();
    }

    @Override
    public void close() {
        log.close();
        gateways.forEach(Service::close);
        backends.forEach(Service::close);
        redis.ifPresent(Service::close);
    }
}

package dev.holdfast.e2e;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/// The real gateway and game-backend, and a real Redis if asked for, on free ports of this machine, with a [Wire]
/// between any two of them. The jars must have been packaged.
///
/// @param clientWires one in front of each gateway
/// @param backendWires one in front of each game-backend; the gateway at each index has the backend at that index
/// @param entrances where players connect
/// @param backendPort of the first game-backend itself
record Services(
        List<Service> backends,
        List<Service> gateways,
        List<Wire> clientWires,
        List<Wire> backendWires,
        List<URI> entrances,
        int backendPort,
        Optional<RedisStore> redis,
        LogReader log)
        implements AutoCloseable {
    private static final int PING_SECONDS = 3;

    /// How the programs are started.
    ///
    /// @param jvm options of both programs
    /// @param gateway what runs the gateway, after `java` and its options
    /// @param backend the same of the game-backend
    /// @param environment of both programs
    /// @param isWired whether there are wires, which cost two threads per connection
    record Setup(
            List<String> jvm,
            List<String> gateway,
            List<String> backend,
            Map<String, String> environment,
            boolean isWired) {
        /// As in jvm.options.
        private static final String WIRED_AHEAD = "-Dspring.aot.enabled=true";

        private static final List<String> SMALL =
                List.of(WIRED_AHEAD, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m");

        /// Quick to start and small.
        static Setup usual() {
            CompletableFuture<List<String>> gateway =
                    CompletableFuture.supplyAsync(() -> Trained.program("gateway", SMALL));
            List<String> backend = Trained.program("game-backend", SMALL);
            return new Setup(SMALL, gateway.join(), backend, Map.of(), true);
        }

        /// For thousands of players, as the images run but for the memory.
        static final Setup LARGE = new Setup(
                List.of(
                        WIRED_AHEAD,
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:+UseSerialGC",
                        "-Xmx1g",
                        "-Dio.netty.leakDetection.level=disabled"),
                List.of("-jar", jar("gateway").toString()),
                List.of("-jar", jar("game-backend").toString()),
                Map.of(),
                false);

        Setup withBackend(List<String> command) {
            return new Setup(jvm, gateway, command, environment, isWired);
        }

        Setup withEnvironment(String name, String value) {
            var all = new HashMap<>(environment);
            all.put(name, value);
            return withEnvironment(all);
        }

        Setup withEnvironment(Map<String, String> variables) {
            return new Setup(jvm, gateway, backend, variables, isWired);
        }
    }

    static Services onSqlite() {
        return onSqlite(Setup.usual());
    }

    static Services onSqlite(Setup setup) {
        Path folder = Scratch.folder("sqlite");
        Path file = folder.resolve("games.db");
        return start(folder, 1, "sqlite:" + file, setup, Optional.empty(), new SqliteLogReader(file));
    }

    /// @param replicas pairs of a gateway and a game-backend, all on the one Redis
    static Services onRedis(int replicas) {
        return onRedis(replicas, "always", Setup.usual());
    }

    /// @param appendfsync when Redis syncs its log to the disk
    static Services onRedis(int replicas, String appendfsync, Setup setup) {
        Path folder = Scratch.folder("redis");
        RedisStore redis = RedisStore.start(folder, appendfsync);
        return start(folder, replicas, redis.url(), setup, Optional.of(redis), redis.reader());
    }

    private static Services start(
            Path folder, int replicas, String store, Setup setup, Optional<RedisStore> redis, LogReader log) {
        List<Service> backends = new ArrayList<>();
        List<Service> gateways = new ArrayList<>();
        List<Wire> clientWires = new ArrayList<>();
        List<Wire> backendWires = new ArrayList<>();
        List<URI> entrances = new ArrayList<>();
        List<Integer> backendPorts = new ArrayList<>();
        for (int i = 1; i <= replicas; i++) {
            int backendPort = Service.freePort();
            int gatewayPort = Service.freePort();
            var backendWire = new Wire(backendPort);
            var clientWire = new Wire(gatewayPort);
            var environment = new HashMap<>(setup.environment());
            environment.put("STORE_URL", store);
            backends.add(java(folder, "game-backend", i, backendPort, setup.jvm(), setup.backend(), environment));
            var gatewayEnvironment = new HashMap<>(setup.environment());
            gatewayEnvironment.putAll(Map.of(
                    "SPRING_PROFILES_ACTIVE", "local",
                    "BACKEND_URL", "http://127.0.0.1:" + (setup.isWired() ? backendWire.port() : backendPort),
                    "BACKEND_PING_INTERVAL", "1",
                    "BACKEND_PING_TIMEOUT", "1",
                    "GATEWAY_HOLD", "60"));
            gateways.add(java(folder, "gateway", i, gatewayPort, setup.jvm(), setup.gateway(), gatewayEnvironment));
            backendPorts.add(backendPort);
            backendWires.add(backendWire);
            clientWires.add(clientWire);
            entrances.add(URI.create("ws://127.0.0.1:" + (setup.isWired() ? clientWire.port() : gatewayPort)));
        }
        backends.forEach(Service::launch);
        gateways.forEach(Service::launch);
        backends.forEach(Service::awaitReady);
        gateways.forEach(Service::awaitReady);
        return new Services(
                backends, gateways, clientWires, backendWires, entrances, backendPorts.getFirst(), redis, log);
    }

    /// Services that somebody else runs, with no wires.
    static Services elsewhere(URI entrance, LogReader log) {
        return new Services(List.of(), List.of(), List.of(), List.of(), List.of(entrance), 0, Optional.empty(), log);
    }

    private static Service java(
            Path folder,
            String module,
            int number,
            int port,
            List<String> jvm,
            List<String> program,
            Map<String, String> environment) {
        var all = new HashMap<>(environment);
        all.put("PORT", Integer.toString(port));
        all.putIfAbsent("MANAGEMENT_PORT", Integer.toString(Service.freePort()));
        all.putIfAbsent("WS_PING_INTERVAL", Integer.toString(PING_SECONDS));
        List<String> command = new ArrayList<>(java(jvm, folder));
        command.addAll(program);
        return new Service(module + "-" + number, command, all, folder, Service.readyz(port));
    }

    static String java() {
        return System.getProperty("java.home") + "/bin/java";
    }

    /// The beginning of a service's command.
    ///
    /// @param folder for what it would leave in the system's if it is killed, such as SQLite's library
    static List<String> java(List<String> jvm, Path folder) {
        return Stream.concat(
                        Stream.of(
                                java(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-Djava.io.tmpdir=" + folder),
                        jvm.stream())
                .toList();
    }

    /// The packaged jar, in this folder's project or the one around it.
    static Path jar(String module) {
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

    Service backend() {
        return backends.getFirst();
    }

    Service gateway() {
        return gateways.getFirst();
    }

    Stream<Service> all() {
        return Stream.of(
                        backends,
                        gateways,
                        redis.map(RedisStore::server).stream().toList())
                .flatMap(List::stream);
    }

    RedisStore store() {
        return redis.orElseThrow();
    }

    @Override
    public void close() {
        log.close();
        gateways.forEach(Service::close);
        backends.forEach(Service::close);
        clientWires.forEach(Wire::close);
        backendWires.forEach(Wire::close);
        redis.ifPresent(RedisStore::close);
    }
}

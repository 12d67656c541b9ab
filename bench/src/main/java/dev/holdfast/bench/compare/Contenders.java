package dev.holdfast.bench.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Who is measured: what people put before a WebSocket backend today, as Debian has it, with two workers each and their
/// logs off; and this project's gateway as its image starts it, with keep-alive, limits and metrics on.
final class Contenders {
    private static final String OURS = "holdfast";

    private Contenders() {}

    /// @param java of JDK 25
    /// @param gateway the folder with gateway.jar extracted, jvm.options, compilers.json and app.aot
    /// @param stock the source file of the stock gateway
    static List<Contender> all(String java, Path gateway, Path stock) {
        Contender holdfast = holdfast(java, gateway);
        return List.of(nginx(), haproxy(), caddy(), stockGateway(java, gateway, stock), holdfast, holdfast.linked());
    }

    private static Contender nginx() {
        return new Contender(
                "nginx", version("nginx", "-v"), """
                daemon off; pid FOLDER/pid; error_log stderr error;
                worker_processes 2; worker_rlimit_nofile 20000;
                events { worker_connections 19000; }
                http {
                  access_log off;
                  client_body_temp_path FOLDER/a; proxy_temp_path FOLDER/b; fastcgi_temp_path FOLDER/c;
                  uwsgi_temp_path FOLDER/d; scgi_temp_path FOLDER/e;
                  server {
                    listen 127.0.0.1:PORT backlog=4096 reuseport;
                    location / {
                      proxy_pass http://BACKEND;
                      proxy_http_version 1.1;
                      proxy_set_header Upgrade $http_upgrade;
                      proxy_set_header Connection upgrade;
                      proxy_read_timeout 1h;
                      proxy_send_timeout 1h;
                    }
                  }
                }
                """, List.of("nginx", "-c", "CONFIG", "-p", "FOLDER"), Map.of());
    }

    private static Contender haproxy() {
        return new Contender(
                "HAProxy", version("haproxy", "-v"), """
                global
                  maxconn 9900
                  nbthread 2
                defaults
                  mode http
                  timeout connect 10s
                  timeout client 1h
                  timeout server 1h
                  timeout tunnel 1h
                frontend in
                  bind 127.0.0.1:PORT backlog 4096
                  default_backend out
                backend out
                  server one BACKEND
                """, List.of("haproxy", "-db", "-f", "CONFIG"), Map.of());
    }

    private static Contender caddy() {
        return new Contender(
                "Caddy",
                version("caddy", "version"),
                """
                {
                  admin off
                  auto_https off
                }
                http://127.0.0.1:PORT {
                  reverse_proxy BACKEND
                }
                """,
                List.of("caddy", "run", "--adapter", "caddyfile", "--config", "CONFIG"),
                Map.of("GOMAXPROCS", "2", "HOME", "FOLDER"));
    }

    private static Contender stockGateway(String java, Path gateway, Path stock) {
        return new Contender(
                "Spring Cloud Gateway",
                "the same version as holdfast's, its WebsocketRoutingFilter",
                "",
                List.of(
                        java,
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseCompactObjectHeaders",
                        "-Xmx512m",
                        "-cp",
                        gateway.resolve("lib") + "/*:"
                                + Path.of("bench/target/stock").toAbsolutePath() + "/*",
                        stock.toString()),
                Map.of("SERVER_PORT", "PORT", "BACKEND_URL", "http://BACKEND"));
    }

    /// This project's gateway with a heap that is never collected.
    static Contender forCounting(String java, Path gateway, int managementPort) {
        return ours(
                List.of(
                        java,
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseCompactObjectHeaders",
                        "-Dio.netty.leakDetection.level=disabled",
                        "-XX:+UnlockExperimentalVMOptions",
                        "-XX:+UseEpsilonGC",
                        "-Xmx2g",
                        // Small pieces for each thread, since a piece counts as used when it is given out
                        "-XX:TLABSize=16k",
                        "-XX:-ResizeTLAB",
                        "-jar",
                        gateway.resolve("gateway.jar").toString()),
                managementPort);
    }

    /// As in a container of 512 MB, of which jvm.options gives the heap two fifths.
    private static Contender holdfast(String java, Path gateway) {
        return ours(
                List.of(
                        java,
                        "@" + gateway.resolve("jvm.options"),
                        "-Xms31m",
                        "-Xmx205m",
                        "-XX:AOTCache=" + gateway.resolve("app.aot"),
                        "-XX:CompilerDirectivesFile=" + gateway.resolve("compilers.json"),
                        "-XX:CompileThresholdScaling=2",
                        "-jar",
                        gateway.resolve("gateway.jar").toString()),
                0);
    }

    private static Contender ours(List<String> command, int managementPort) {
        return new Contender(
                OURS,
                "this commit, with keep-alive, limits and metrics on, as its image starts it",
                "",
                command,
                Map.of(
                        "PORT", "PORT",
                        "MANAGEMENT_PORT", Integer.toString(managementPort),
                        "BACKEND_URL", "http://BACKEND",
                        "CORS_ORIGINS", "http://bench.example",
                        "LOG_FORMAT", "logstash",
                        // A closed loop says thousands of messages a second
                        "WS_MESSAGES_PER_SECOND", "1000000",
                        "DRAIN_DELAY", "0",
                        "DRAIN_DURATION", "0"));
    }

    private static String version(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return output.lines().findFirst().orElse("?");
        } catch (IOException missing) {
            return "not installed";
        }
    }
}

package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.GatewayApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/// The real application, started once per test class on free ports; clients that a test left are cut off after it.
///
/// A class fails when the gateway logged an ERROR, whatever its tests saw.
final class TestGateway implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private static final String[] DEFAULTS = {
        "PORT=0",
        "MANAGEMENT_PORT=0",
        // What is still open at the end of a test class leaves at once.
        "DRAIN_DELAY=0",
        "DRAIN_DURATION=0",
        // What is to take that long has test classes of its own; all else has time that no slow machine uses up.
        "HANDSHAKE_TIMEOUT=60",
        // Tests say all they have to say at once; the pace has a test class of its own.
        "WS_MESSAGES_PER_SECOND=1000000",
        "CORS_ORIGINS=https://game.example,https://*.play.example",
        // Failed dials are the everyday business of these tests; the circuit has test classes of its own.
        "holdfast.circuit.minimum-calls=1000",
        "holdfast.circuit.window=1000"
    };

    private final String[] settings;
    private final List<TestClient> clients = new ArrayList<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private @Nullable ConfigurableApplicationContext context;
    private @Nullable ErrorLog log;
    private Class<?>[] sources = {};

    /// @param settings what the environment would say, as `WS_PING_INTERVAL=200ms`; a later one wins
    TestGateway(String backendUrl, String... settings) {
        Map<String, String> all = new LinkedHashMap<>();
        Stream.concat(Stream.of(DEFAULTS), Stream.of(settings))
                .map(setting -> setting.split("=", 2))
                .forEach(setting -> all.put(setting[0], setting[1]));
        all.put("BACKEND_URL", backendUrl);
        this.settings = all.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new);
    }

    /// Adds beans of the test's own.
    TestGateway with(Class<?>... more) {
        sources = more;
        return this;
    }

    @Override
    public void beforeAll(ExtensionContext test) {
        context = new SpringApplicationBuilder(GatewayApplication.class)
                .sources(sources)
                .run(settings);
        log = ErrorLog.opened();
    }

    @Override
    public void afterEach(ExtensionContext test) {
        clients.forEach(TestClient::reset);
        clients.clear();
    }

    @Override
    public void afterAll(ExtensionContext test) {
        // Leaked buffers are found when they are collected, and told when the next one is made.
        System.gc();
        if (Objects.requireNonNull(context).isActive()) {
            scrape();
        }
        List<String> errors = Objects.requireNonNull(log).errors();
        Objects.requireNonNull(context).close();
        assertThat(errors).as("what the gateway logged as ERROR").isEmpty();
    }

    /// The errors logged so far. They are the test's to judge, and no longer fail the class.
    List<String> takeErrors() {
        return Objects.requireNonNull(log).take();
    }

    /// Stops the gateway as SIGTERM would, on another thread.
    CompletableFuture<Void> stop() {
        return CompletableFuture.runAsync(Objects.requireNonNull(context)::close);
    }

    int port() {
        return portOf("local.server.port");
    }

    int managementPort() {
        return portOf("local.management.port");
    }

    /// A new connection to the public port on which nothing has been said yet.
    TestClient connect() {
        return connect(0);
    }

    TestClient connect(int receiveBufferBytes) {
        TestClient client = TestClient.connect(port(), receiveBufferBytes);
        clients.add(client);
        return client;
    }

    /// Opens a session over the backend, with both handshakes read.
    Session open(TestBackend backend, Handshake handshake, String... backendLines) {
        TestClient client = connect().ask(handshake);
        BackendLeg leg = backend.accept().upgrade(backendLines);
        return new Session(client, client.nextHead(), leg);
    }

    Session open(TestBackend backend) {
        return open(backend, Handshake.to("/ws/g1/p1"));
    }

    /// Asks the gateway's public port over HTTP.
    HttpResponse<String> http(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError("Nobody interrupts a test", e);
        }
    }

    HttpRequest.Builder request(String target) {
        return request(port(), target);
    }

    HttpRequest.Builder managementRequest(String target) {
        return request(managementPort(), target);
    }

    /// All that Prometheus would see now.
    String scrape() {
        return http(managementRequest("/actuator/prometheus")).body();
    }

    /// The sum over the series of this name, as Prometheus would scrape them now, whose labels contain all of these.
    double metric(String name, String... labels) {
        return scrape().lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> Stream.of(labels).allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static HttpRequest.Builder request(int port, String target) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + target))
                .timeout(RawLeg.DEADLINE);
    }

    private int portOf(String property) {
        return Objects.requireNonNull(context).getEnvironment().getRequiredProperty(property, Integer.class);
    }
}

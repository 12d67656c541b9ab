package dev.holdfast.game;

import dev.holdfast.game.session.TestClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/// A whole game-backend on a free port, shared by the tests of a class: a static field. Each test has a game of its
/// own.
public final class Backend implements BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    // Tests send as fast as they can, but for those about just that.
    private static final String RATE = "--WS_MESSAGES_PER_SECOND=";

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(30)).build();
    private final List<Supplier<String>> settings;
    private final Class<?>[] sources;
    private final List<TestClient> clients = new ArrayList<>();
    private int games;
    private @Nullable ConfigurableApplicationContext context;

    /// @param settings environment variables, `STORE_URL=memory:`
    public Backend(String... settings) {
        this(new Class<?>[0], settings);
    }

    /// @param setting read when the backend starts, as it rests on what another extension has made
    public Backend(Supplier<String> setting, String... settings) {
        this.sources = new Class<?>[0];
        this.settings = Stream.concat(
                        Stream.of(setting), Arrays.stream(settings).<Supplier<String>>map(text -> () -> text))
                .toList();
    }

    /// @param sources further classes with beans
    public Backend(Class<?>[] sources, String... settings) {
        this.sources = sources.clone();
        this.settings = Arrays.stream(settings)
                .<Supplier<String>>map(setting -> () -> setting)
                .toList();
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        games++;
        if (context == null) {
            start();
        }
    }

    @Override
    public void afterEach(ExtensionContext test) {
        clients.forEach(TestClient::close);
        clients.clear();
    }

    @Override
    public void afterAll(ExtensionContext test) {
        stop();
    }

    /// A game that no other test plays.
    public String game() {
        return "g" + games;
    }

    public void start() {
        List<String> arguments = new ArrayList<>(List.of("--PORT=0", "--MANAGEMENT_PORT=0"));
        settings.forEach(setting -> arguments.add("--" + setting.get()));
        if (arguments.stream().noneMatch(argument -> argument.startsWith(RATE))) {
            arguments.add(RATE + 1_000_000);
        }
        context = new SpringApplicationBuilder(GameBackendApplication.class)
                .sources(sources)
                .registerShutdownHook(false)
                .run(arguments.toArray(String[]::new));
    }

    /// Stops and starts: clients of before keep their broken connections.
    public void restart() {
        stop();
        start();
    }

    public void stop() {
        if (context != null) {
            context.close();
            context = null;
        }
    }

    public ConfigurableApplicationContext context() {
        if (context == null) {
            throw new IllegalStateException("the backend is stopped");
        }
        return context;
    }

    public int port() {
        return context().getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    public int managementPort() {
        return context().getEnvironment().getRequiredProperty("local.management.port", Integer.class);
    }

    /// Opens the player's WebSocket in this test's game.
    public TestClient connect(String player, String... headers) {
        return connectTo(game(), player, headers);
    }

    /// Opens a leg of the one session that a gateway holds for p1 in this test's game.
    ///
    /// @param first the number of the message that the gateway sends first
    public TestClient connectLeg(long first) {
        return connect(
                "p1",
                "Holdfast-Link",
                "1",
                "Holdfast-Session",
                "session-of-" + game(),
                "Holdfast-First",
                Long.toString(first),
                "Holdfast-Since",
                "");
    }

    public TestClient connectTo(String game, String player, String... headers) {
        TestClient client = TestClient.connect("ws://localhost:" + port() + "/ws/" + game + "/" + player, headers);
        clients.add(client);
        return client;
    }

    public HttpResponse<String> get(String path) throws Exception {
        return http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    public HttpResponse<String> getManagement(String path) throws Exception {
        URI uri = URI.create("http://localhost:" + managementPort() + path);
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    public HttpResponse<String> post(String path, String body) throws Exception {
        return post(path, "application/json", body);
    }

    public HttpResponse<String> post(String path, String contentType, String body) throws Exception {
        HttpRequest request = request(path)
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /// Asks until the answer is as wanted, for at most 30 s.
    public static <T> T await(Callable<T> question, Predicate<T> isWanted) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            T answer = question.call();
            if (isWanted.test(answer)) {
                return answer;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("after 30 s the answer still is " + answer);
            }
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
                .timeout(Duration.ofSeconds(30));
    }
}

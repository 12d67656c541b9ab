package dev.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A real Prometheus scrapes the real services while a game is played: each query of each panel, and whatever the
/// alerts look at, has data; and what must have happened was measured.
class ObservabilityIT {
    private static final Path OBSERVABILITY =
            Services.jar("gateway").resolve("../../../observability").normalize();
    private static final Pattern SELECTOR =
            Pattern.compile("\\b(?:up|(?:holdfast|process|resilience4j|jvm|disk)_\\w+)\\b(?:\\{[^}]*})?");
    private static final Pattern ALTERNATIVES = Pattern.compile("=~\"(\\w+(?:\\|\\w+)+)\"");

    /// A counter that nobody counts with has data too: 0.
    private static final List<String> HAPPENED = List.of(
            "holdfast_append_seconds_count > 0",
            "holdfast_event_fanout_seconds_count > 0",
            "holdfast_hold_seconds_count > 0",
            "holdfast_resumes_total{kind=\"replay\"} > 0",
            "max_over_time(holdfast_sessions{state=\"held\"}[5m]) > 0");

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void every_query_of_every_panel_and_alert_has_data() throws Exception {
        Set<String> queries = new LinkedHashSet<>(panels());
        assertThat(queries).hasSizeGreaterThan(40);
        queries.addAll(alternatives(queries.stream().flatMap(ObservabilityIT::selectors)));
        queries.addAll(alternatives(alerts()));
        queries.addAll(HAPPENED);
        try (Services services = Services.onRedis(1);
                Service prometheus = prometheus(services);
                var run = new Run(services, 1)) {
            prometheus.launch();
            prometheus.awaitReady();
            // What comes before the first scrape is no increase
            assertThat(withoutData(prometheus, Set.of("up{job=\"gateway\"} == 1", "up{job=\"game-backend\"} == 1")))
                    .isEmpty();
            run.v1("seen-1", 2, Habits.GOOD).plain("seen-2", 2).start();
            run.awaitProgress(5);
            services.backend().kill();
            // Between two scrapes, a hold would not be seen
            assertThat(withoutData(prometheus, Set.of("holdfast_sessions{state=\"held\"} > 0")))
                    .isEmpty();
            services.backend().launch();
            services.backend().awaitReady();
            run.awaitProgress(5);
            comeAndGo(services.entrances().getFirst().resolve("/ws/seen-3/p1"));

            assertThat(withoutData(prometheus, queries)).isEmpty();
            run.finish();
            assertThat(run.violations()).isEmpty();
        }
    }

    private static void comeAndGo(URI seat) {
        HTTP.newWebSocketBuilder()
                .buildAsync(seat, new WebSocket.Listener() {})
                .thenCompose(socket -> socket.sendClose(WebSocket.NORMAL_CLOSURE, ""))
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private static List<String> panels() throws IOException {
        List<String> queries = new ArrayList<>();
        try (Stream<Path> dashboards = Files.list(OBSERVABILITY.resolve("grafana/dashboards"))) {
            for (Path dashboard : dashboards.toList()) {
                JSON.readTree(Files.readString(dashboard))
                        .path("panels")
                        .forEach(panel -> panel.path("targets")
                                .forEach(target ->
                                        queries.add(target.path("expr").asString())));
            }
        }
        return queries;
    }

    /// What the expressions of the alerts select, each by itself: whole, they have data only when something is wrong.
    private static Stream<String> alerts() throws IOException {
        List<String> selectors = Files.readAllLines(OBSERVABILITY.resolve("prometheus/alerts.yml")).stream()
                .filter(line -> !line.contains("summary:") && !line.contains("runbook:"))
                .flatMap(ObservabilityIT::selectors)
                .toList();
        assertThat(selectors).hasSizeGreaterThan(15);
        return selectors.stream();
    }

    private static Stream<String> selectors(String expression) {
        return SELECTOR.matcher(expression).results().map(MatchResult::group);
    }

    /// Each of `a=~"b|c"` by itself, since the one has data without the other.
    private static List<String> alternatives(Stream<String> selectors) {
        return selectors.flatMap(ObservabilityIT::alternatives).toList();
    }

    private static Stream<String> alternatives(String selector) {
        Matcher found = ALTERNATIVES.matcher(selector);
        return found.find()
                ? Stream.of(found.group(1).split("\\|"))
                        .map(one -> selector.substring(0, found.start()) + "=\"" + one + "\""
                                + selector.substring(found.end()))
                        .flatMap(ObservabilityIT::alternatives)
                : Stream.of(selector);
    }

    private static Service prometheus(Services services) throws IOException {
        Path folder = Scratch.folder("prometheus");
        Files.writeString(folder.resolve("prometheus.yml"), """
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                rule_files: ["%s"]
                scrape_configs:
                  - {job_name: gateway, metrics_path: /actuator/prometheus, static_configs: [{targets: ["127.0.0.1:%s"]}]}
                  - {job_name: game-backend, metrics_path: /actuator/prometheus, static_configs: [{targets: ["127.0.0.1:%s"]}]}
                """.formatted(
                        OBSERVABILITY.resolve("prometheus/alerts.yml"),
                        services.gateway().setting("MANAGEMENT_PORT"),
                        services.backend().setting("MANAGEMENT_PORT")));
        int port = Service.freePort();
        return new Service(
                "prometheus",
                List.of(
                        "prometheus",
                        "--config.file=" + folder.resolve("prometheus.yml"),
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port),
                Map.of("PROMETHEUS_PORT", Integer.toString(port)),
                folder,
                Service.answers(port, "/-/ready"));
    }

    /// Asks until all have data or the time is over.
    private static List<String> withoutData(Service prometheus, Set<String> queries)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        List<String> without = List.copyOf(queries);
        while (!without.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
            List<String> still = new ArrayList<>();
            for (String query : without) {
                if (!hasData(answer(prometheus, query))) {
                    still.add(query);
                }
            }
            without = still;
        }
        return without;
    }

    /// A quantile of nothing is not a number.
    private static boolean hasData(JsonNode answer) {
        return answer.at("/data/result")
                .valueStream()
                .anyMatch(series -> !"NaN".equals(series.at("/value/1").asString()));
    }

    private static JsonNode answer(Service prometheus, String query) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:%s/api/v1/query?query=%s"
                .formatted(prometheus.setting("PROMETHEUS_PORT"), URLEncoder.encode(query, StandardCharsets.UTF_8)));
        String body = HTTP.send(
                        HttpRequest.newBuilder(uri)
                                .timeout(Duration.ofSeconds(10))
                                .build(),
                        BodyHandlers.ofString())
                .body();
        JsonNode answer = JSON.readTree(body);
        assertThat(answer.path("status").asString()).as("%s: %s", query, body).isEqualTo("success");
        return answer;
    }
}

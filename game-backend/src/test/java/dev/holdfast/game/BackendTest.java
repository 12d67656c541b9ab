package dev.holdfast.game;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.session.TestClient;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackendTest {
    @RegisterExtension
    static final Backend backend = new Backend("STORE_URL=memory:");

    @Test
    void probes_are_on_the_main_port_and_the_rest_of_actuator_is_not() throws Exception {
        assertThat(backend.get("/livez").statusCode()).isEqualTo(200);
        assertThat(backend.get("/readyz").statusCode()).isEqualTo(200);
        assertThat(backend.get("/actuator/prometheus").statusCode()).isEqualTo(404);
        assertThat(backend.get("/actuator/health").statusCode()).isEqualTo(404);
        assertThat(backend.getManagement("/actuator/health").statusCode()).isEqualTo(200);
    }

    @Test
    void meters_are_scraped_on_the_management_port() throws Exception {
        TestClient one = backend.connect("p1");
        TestClient two = backend.connect("p2");
        two.nextAfterPing();
        one.send("{\"type\":\"chat\"}");
        two.next();

        // Counted after it was shown
        String scrape = Backend.await(
                () -> backend.getManagement("/actuator/prometheus").body(),
                body -> body.contains("holdfast_commands_total{outcome=\"applied\"} 1.0"));

        assertThat(scrape)
                .contains("holdfast_tables ", "holdfast_seats{state=\"here\"} 2.0")
                .contains("holdfast_append_conflicts_total 0.0")
                .containsPattern("holdfast_append_seconds_count [1-9]")
                .containsPattern("holdfast_event_fanout_seconds_count [1-9]");
    }

    @Test
    void the_architecture_names_each_metric_and_no_other() throws Exception {
        String page = Files.readString(Path.of("../docs/architecture.md"));
        int start = page.indexOf("| game-backend | |");
        String table = page.substring(start, page.indexOf("\n\n", start));
        // Such as those of Redis, which is not there
        String present = table.lines().filter(row -> !row.contains("absent")).collect(Collectors.joining("\n"));
        Set<String> documented = names("`(holdfast_\\w+)", present);
        Set<String> scraped = names(
                "(?m)^# TYPE (holdfast_\\w+?)(?:_max)? ",
                backend.getManagement("/actuator/prometheus").body());

        assertThat(scraped).isEqualTo(documented);
    }

    private static Set<String> names(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ws/a.b/p1", "/ws/g1/p%201", "/ws/a%2Fb/p1", "/ws/g1/%C3%A9"})
    void bad_ids_are_refused_before_the_upgrade(String path) throws Exception {
        HttpResponse<String> answer = backend.get(path);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("expected: 1 to 64 of A-Z a-z 0-9 _ -");
    }

    @Test
    void an_id_of_65_characters_is_refused_and_one_of_64_is_not() throws Exception {
        assertThat(backend.get("/ws/" + "a".repeat(65) + "/p1").statusCode()).isEqualTo(400);
        assertThat(backend.get("/ws/" + "a".repeat(64) + "/p1").statusCode()).isEqualTo(426);
    }

    @Test
    void both_loopback_addresses_are_served() throws IOException {
        for (String address : new String[] {"127.0.0.1", "::1"}) {
            try (var socket = new Socket(address, backend.port())) {
                assertThat(socket.isConnected()).isTrue();
            }
        }
    }
}

package dev.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The Java client gets right what the browser's client gets right: both play `docs/vectors/client-scenarios.json`.
class ScenariosIT {
    private static Services services;

    @BeforeAll
    static void start() {
        services = Services.onSqlite();
    }

    @AfterAll
    static void stop() {
        services.close();
    }

    static Stream<String> scenarios() {
        return read().valueStream().map(scenario -> scenario.path("name").asString());
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void a_client_in_java_plays(String name) throws IOException, InterruptedException {
        JsonNode scenario = read().valueStream()
                .filter(candidate -> candidate.path("name").asString().equals(name))
                .findFirst()
                .orElseThrow();
        String game = "scenario-" + Integer.toHexString(name.hashCode());
        try (var stage = new Stage(services, game, scenario.path("rules").asString())) {
            scenario.path("steps").valueStream().forEach(stage::take);
            assertThat(stage.complaintsAtTheEnd()).isEmpty();
        }
    }

    private static JsonNode read() {
        return new JsonMapper()
                .readTree(Path.of("../docs/vectors/client-scenarios.json"))
                .path("scenarios");
    }
}

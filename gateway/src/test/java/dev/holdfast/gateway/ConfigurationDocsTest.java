package dev.holdfast.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the docs say of configuration is what the services read: no variable missing, none dead, each default true.
class ConfigurationDocsTest {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)(?::([^}]*))?}");
    private static final Pattern VARIABLE = Pattern.compile("(?m)^(?:# )?([A-Z][A-Z0-9_]*)=(.*)$");
    private static final Pattern OPTION = Pattern.compile(
            "### `([A-Z_]+)`\\n\\*Default:\\* ([^·]+) · .*?\\*Read by:\\* ([^·]+) · \\*Property:\\* (.+)");
    private static final Pattern PROPERTY = Pattern.compile("`([a-z-]+(?:\\.[a-z-]+)+)`");
    private static final Pattern MENTION = Pattern.compile("`([A-Z]+(?:_[A-Z]+)+)`");
    private static final Pattern METADATA_NAME = Pattern.compile("\"name\": \"(holdfast\\.[a-z-]+\\.[a-z-]+)\"");

    /// Variables without a default, of which `.env.example` shows an example.
    private static final Set<String> EXAMPLES = Set.of("CORS_ORIGINS");

    /// What the reference mentions that neither service reads: bin/dev's, compose's and the page's.
    private static final Set<String> OF_OTHERS = Set.of(
            "BACKEND_PORT",
            "BACKEND_MANAGEMENT_PORT",
            "BACKEND_TRACES_SAMPLER_ARG",
            "FRONTEND_PORT",
            "GATEWAY_TRACES_SAMPLER_ARG",
            "VITE_WS_URL");

    @ParameterizedTest
    @ValueSource(strings = {"gateway", "game-backend"})
    void env_example_lists_each_variable_of_a_service_with_its_default_and_no_other(String service) {
        Map<String, String> listed = new TreeMap<>();
        find(VARIABLE, section(service)).forEach(line -> listed.put(line.group(1), line.group(2)));
        Map<String, String> expected = variables(service);
        EXAMPLES.forEach(name -> expected.replace(name, "", listed.getOrDefault(name, "")));

        assertThat(listed).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway", "game-backend"})
    void env_example_explains_each_variable_in_the_line_above(String service) {
        find(VARIABLE, section(service))
                .forEach(line -> assertThat(section(service))
                        .as(line.group(1))
                        .containsPattern("(?m)^# [A-Z].*\\.\\n\\Q" + line.group() + "\\E$"));
    }

    @Test
    void the_reference_has_each_variable_of_both_services_with_its_readers_and_defaults_and_no_other() {
        Map<String, String> documented = new TreeMap<>();
        find(OPTION, read("docs/configuration.md"))
                .forEach(option -> documented.put(option.group(1), option.group(3) + ": " + option.group(2)));
        Map<String, String> expected = new TreeMap<>();
        Map<String, String> gateway = variables("gateway");
        Map<String, String> backend = variables("game-backend");
        Stream.concat(gateway.keySet().stream(), backend.keySet().stream())
                .forEach(name -> expected.put(name, readersAndDefaults(gateway.get(name), backend.get(name))));

        assertThat(documented).isEqualTo(expected);
    }

    @Test
    void the_profile_local_knows_no_variable_of_its_own() {
        assertThat(variables("gateway"))
                .containsKeys(placeholders("gateway", "application-local.yaml")
                        .keySet()
                        .toArray(String[]::new));
    }

    @Test
    void the_reference_names_each_property_of_the_gateway() throws IOException {
        String metadata = Files.readString(Path.of("target/classes/META-INF/spring-configuration-metadata.json"));
        Set<String> documented = find(PROPERTY, read("docs/configuration.md"))
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(find(METADATA_NAME, metadata).map(match -> match.group(1)))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(documented).contains(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway", "game-backend"})
    void compose_passes_each_variable_on_but_the_ports(String service) {
        String compose = read("compose.yaml");
        int start = compose.indexOf("\n  " + service + ":\n");
        int end = compose.indexOf("\n\n", start);
        Set<String> passed = find(Pattern.compile("(?m)^      ([A-Z_]+):"), compose.substring(start, end))
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> expected = find(MENTION, read("docs/configuration.md"))
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        expected.removeAll(OF_OTHERS);
        // Read by the JVM and by libraries: what is left when the options of the services are taken away
        Stream.of("gateway", "game-backend")
                .forEach(name -> expected.removeAll(variables(name).keySet()));
        expected.addAll(variables(service).keySet());
        expected.removeAll(Set.of("PORT", "MANAGEMENT_PORT"));

        assertThat(passed).isEqualTo(expected);
    }

    @Test
    void env_example_lists_each_variable_of_compose_itself_with_its_default() {
        Set<String> ofServices = new TreeSet<>(variables("gateway").keySet());
        ofServices.addAll(variables("game-backend").keySet());

        assertThat(find(Pattern.compile("\\$\\{([A-Z_]+):-([^}]*)}"), read("compose.yaml"))
                        .filter(match -> !ofServices.contains(match.group(1))))
                .isNotEmpty()
                .allSatisfy(match -> assertThat(read(".env.example"))
                        .contains("\n# %s=%s\n".formatted(match.group(1), match.group(2))));
    }

    private static String readersAndDefaults(@Nullable String gateway, @Nullable String backend) {
        if (gateway == null || backend == null) {
            return gateway == null ? "game-backend: " + shown(backend) : "gateway: " + shown(gateway);
        }
        return "gateway, game-backend: "
                + (gateway.equals(backend)
                        ? shown(gateway)
                        : "%s (gateway), %s (game-backend)".formatted(shown(gateway), shown(backend)));
    }

    private static String shown(@Nullable String value) {
        return value == null || value.isEmpty() ? "none" : "`" + value + "`";
    }

    private static Map<String, String> variables(String service) {
        return placeholders(service, "application.yaml");
    }

    private static Map<String, String> placeholders(String service, String file) {
        Map<String, String> found = new TreeMap<>();
        find(PLACEHOLDER, read(service + "/src/main/resources/" + file))
                .forEach(match -> found.put(match.group(1), match.group(2) == null ? "" : match.group(2)));
        return found;
    }

    private static String section(String service) {
        String all = read(".env.example");
        int start = all.indexOf("\n## " + service + "\n");
        int next = all.indexOf("\n## ", start + 1);
        return all.substring(start, next < 0 ? all.length() : next);
    }

    private static Stream<MatchResult> find(Pattern pattern, String text) {
        return pattern.matcher(text).results();
    }

    /// The tests run in the module's folder.
    private static String read(String path) {
        try {
            return Files.readString(Path.of("..", path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

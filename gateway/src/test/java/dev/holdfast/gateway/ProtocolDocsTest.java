package dev.holdfast.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.auth.AuthFailure;
import dev.holdfast.gateway.leg.CloseCode;
import dev.holdfast.gateway.limits.Limit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the gateway says to a client has a row in docs/protocol.md.
class ProtocolDocsTest {
    private static final Path REFUSALS = Path.of("src/main/java/dev/holdfast/gateway/handshake");
    private static final Path OUTCOMES = REFUSALS.resolve("HandshakeMeters.java");
    private static final Pattern OUTCOME = Pattern.compile("static final String [A-Z_]+ = \"([a-z_]+)\"");
    private static final Pattern ERROR =
            Pattern.compile("(?:HttpStatus\\.[A-Z_]+,|status,|badRequest\\()\\s*\"([a-z_]+)\"");

    /// On the management port, which no client reaches.
    private static final Set<String> OF_OPERATORS = Set.of("host_refused");

    @Test
    void each_close_code_that_may_be_sent_has_a_row() throws Exception {
        Set<Integer> codes = new TreeSet<>();
        for (var field : CloseCode.class.getFields()) {
            codes.add(field.getInt(null));
        }
        codes.removeIf(code -> !CloseCode.mayBeSent(code));

        assertThat(codes)
                .isNotEmpty()
                .allSatisfy(code -> assertThat(table("## 6.")).containsPattern("(?m)^\\|[^|]*\\b" + code + "\\b"));
    }

    @Test
    void each_error_word_of_a_refusal_has_a_row() throws IOException {
        Set<String> words = new TreeSet<>();
        try (Stream<Path> sources = Files.list(REFUSALS)) {
            for (Path source : sources.toList()) {
                ERROR.matcher(Files.readString(source)).results().forEach(found -> words.add(found.group(1)));
            }
        }
        Stream.concat(Arrays.stream(Limit.values()), Arrays.stream(AuthFailure.Kind.values()))
                .forEach(each -> words.add(each.name().toLowerCase(Locale.ROOT)));
        words.removeAll(OF_OPERATORS);

        assertThat(words)
                .hasSizeGreaterThan(20)
                .allSatisfy(word -> assertThat(table("## 1.")).containsPattern("(?m)^\\|.*`" + word + "`"));
    }

    @Test
    void each_outcome_of_a_handshake_that_is_no_refusal_is_in_the_table_of_metrics() throws IOException {
        List<String> outcomes = OUTCOME.matcher(Files.readString(OUTCOMES))
                .results()
                .map(found -> found.group(1))
                .toList();

        assertThat(outcomes)
                .hasSizeGreaterThan(2)
                .allSatisfy(outcome -> assertThat(Files.readString(Path.of("../docs/architecture.md")))
                        .containsPattern("(?m)^\\| `holdfast_handshakes_total\\{outcome}`.*`" + outcome + "`"));
    }

    /// A section, of which only the tables begin with a bar.
    private static String table(String heading) throws IOException {
        String all = Files.readString(Path.of("../docs/protocol.md"));
        int start = all.indexOf("\n" + heading);
        return all.substring(start, all.indexOf("\n## ", start + 1));
    }
}

package dev.holdfast.game.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.table.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What docs/protocol.md, section 6, tells clients to do about a close.
class CloseCodeTest {
    @ParameterizedTest
    @EnumSource
    void each_close_code_has_a_row(CloseCode code) throws IOException {
        assertThat(table()).containsPattern("(?m)^\\|[^|]*\\b" + code.code() + "\\b");
    }

    @Test
    void each_ending_closes_with_the_code_of_its_row() throws IOException {
        Map<Ending, String> rows = new EnumMap<>(Map.of(
                Ending.REPLACED, "| 4500 | replaced by a newer connection |",
                Ending.LEG_REPLACED, "| 1001 |",
                Ending.TOKEN_NEEDED, "| 4501 | seat token missing or wrong |",
                Ending.FORBIDDEN, "| 4502 | seat or game forbidden |",
                Ending.GAME_FULL, "| 4508 | game full",
                Ending.UNAVAILABLE, "| 1013 | overloaded",
                Ending.RULES_FAILED, "| 1011 | server error",
                Ending.LOG_LOST, "| 1012 | restarting"));

        assertThat(rows).containsOnlyKeys(Ending.values());
        String table = table();
        rows.forEach((ending, row) -> {
            assertThat(row).startsWith("| " + CloseCode.of(ending).code() + " |");
            assertThat(table).contains("\n" + row);
        });
    }

    /// The section, of which only the table begins with a bar.
    private static String table() throws IOException {
        String all = Files.readString(Path.of("../docs/protocol.md"));
        int start = all.indexOf("\n## 6.");
        return all.substring(start, all.indexOf("\n## ", start + 1));
    }
}

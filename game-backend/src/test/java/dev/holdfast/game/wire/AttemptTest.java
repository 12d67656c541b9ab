package dev.holdfast.game.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.rules.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttemptTest {
    @Test
    void the_longest_name_and_the_largest_number_are_read_as_they_were_written() {
        var attempt = new Attempt("aZ09_-".repeat(10) + "4321", Integer.MAX_VALUE);

        assertThat(Attempt.read(attempt.addTo(JsonObject.of("k", "seated")))).contains(attempt);
    }

    @ParameterizedTest
    @CsvSource({"'', 1", "a b, 1", "ä, 1", "tab, 0", "tab, -1"})
    void another_form_counts_for_nothing(String client, int number) {
        assertThat(Attempt.read(JsonObject.of("client", client, "dial", number)))
                .isEmpty();
    }

    @Test
    void a_name_of_65_characters_does_not_go_into_the_log() {
        assertThat(Attempt.read(JsonObject.of("client", "x".repeat(65), "dial", 1)))
                .isEmpty();
    }

    @Test
    void one_without_the_other_counts_for_nothing() {
        assertThat(Attempt.read(JsonObject.of("client", "tab"))).isEmpty();
        assertThat(Attempt.read(JsonObject.of("dial", 1))).isEmpty();
    }
}

package dev.holdfast.game.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.game.wire.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private static final String LONGEST = "9".repeat(Json.Numeral.MAX_DIGITS);

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0", "7", "-12", "0.50", "-1.25", "1e0", "1E+400", "0.5e-07", "12345678901234567890"})
    void a_numeral_is_a_number_of_json(String literal) {
        assertThatItCanBeReadAgain(literal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "+1",
                "01",
                "-01",
                ".5",
                "1.",
                "1.e1",
                "1e",
                "1e+",
                "0,50",
                "NaN",
                "-Infinity",
                "0x1",
                "1f",
                " 1",
                "1 ",
                "1_000",
                "1.2.3",
                "1e1e1",
                "--1",
                "١"
            })
    void what_is_no_number_of_json_is_no_numeral(String literal) {
        assertThatThrownBy(() -> new Json.Numeral(literal))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("JSON number: " + literal);
    }

    @Test
    void a_numeral_has_no_more_digits_than_can_be_read_again() {
        assertThatItCanBeReadAgain(LONGEST);
        assertThatItCanBeReadAgain("-" + LONGEST);
        assertThatItCanBeReadAgain("-0." + LONGEST.substring(1));
        assertThatItCanBeReadAgain("-1.5e+" + LONGEST.substring(2));

        assertThatThrownBy(() -> new Json.Numeral(LONGEST + "9")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Json.Numeral("0." + LONGEST)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Json.Numeral("1.5e" + LONGEST.substring(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.0, 0.1, 1e300, Double.MIN_VALUE, -Double.MAX_VALUE})
    void a_finite_fraction_is_a_numeral(double value) {
        assertThat(Json.of(value)).isEqualTo(new Json.Numeral(Double.toString(value)));
        assertThatItCanBeReadAgain(Double.toString(value));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void no_other_is(double value) {
        assertThatThrownBy(() -> Json.of(value)).isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertThatItCanBeReadAgain(String literal) {
        JsonObject object = JsonObject.of("n", new Json.Numeral(literal));

        assertThat(JsonText.readObject(("{\"n\":" + literal + "}").getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(object);
        assertThat(JsonText.readOwn(JsonText.write(object))).isEqualTo(object);
    }

    @ParameterizedTest
    @ValueSource(strings = {"57", "57.0", "57.000", "5.7e1", "570E-1"})
    void a_whole_number_is_one_however_it_is_written(String literal) {
        assertThat(number(literal)).hasValue(57);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "57.5",
                "2147483648",
                "-2147483649.0",
                "1e10",
                "1e19",
                "1e2147483647",
                "1e-2147483647",
                "1e99999999999",
                "1e-99999999999"
            })
    void what_has_a_fraction_or_does_not_fit_is_no_whole_number(String literal) {
        assertThat(number(literal)).isEmpty();
    }

    private static OptionalInt number(String literal) {
        return JsonObject.of("n", new Json.Numeral(literal)).integer("n");
    }
}

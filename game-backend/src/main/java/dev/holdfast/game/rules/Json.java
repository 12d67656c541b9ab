package dev.holdfast.game.rules;

import java.math.BigDecimal;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A JSON value that rules can read and build without a JSON library. Immutable.
public sealed interface Json permits JsonObject, Json.Array, Json.Text, Json.Numeral, Json.Bool, Json.Null {

    record Array(List<Json> items) implements Json {
        public Array {
            items = List.copyOf(items);
        }
    }

    record Text(String value) implements Json {}

    /// A number as it was written, so that passing it on changes nothing.
    record Numeral(String literal) implements Json {
        /// What a reader takes, in the log as from a client; sign, point and exponent's letter not counted.
        public static final int MAX_DIGITS = 100;

        public Numeral {
            if (!isNumber(literal)) {
                throw new IllegalArgumentException("JSON number: " + literal + " (expected: as in RFC 8259, of at most "
                        + MAX_DIGITS + " digits)");
            }
        }

        /// The whole number that it is, however it is written: `57.0` and `5.7e1` are 57. Empty if it has a fraction or
        /// does not fit.
        public OptionalLong whole() {
            try {
                return OptionalLong.of(new BigDecimal(literal).longValueExact());
            } catch (ArithmeticException | NumberFormatException notWhole) {
                return OptionalLong.empty();
            }
        }

        // Each number of each message passes here, so no regex. RFC 8259, section 6.
        private static boolean isNumber(String literal) {
            int start = literal.startsWith("-") ? 1 : 0;
            int end = digits(literal, start);
            boolean isValid = end == start + 1 || (end > start && literal.charAt(start) != '0');
            int digits = end - start;
            if (isValid && end < literal.length() && literal.charAt(end) == '.') {
                start = end + 1;
                end = digits(literal, start);
                isValid = end > start;
                digits += end - start;
            }
            if (isValid && end < literal.length() && "eE".indexOf(literal.charAt(end)) >= 0) {
                boolean isSigned = end + 1 < literal.length() && "+-".indexOf(literal.charAt(end + 1)) >= 0;
                start = end + (isSigned ? 2 : 1);
                end = digits(literal, start);
                isValid = end > start;
                digits += end - start;
            }
            return isValid && end == literal.length() && digits <= MAX_DIGITS;
        }

        /// Where the digits end that start here.
        private static int digits(String literal, int start) {
            int end = start;
            while (end < literal.length() && literal.charAt(end) >= '0' && literal.charAt(end) <= '9') {
                end++;
            }
            return end;
        }
    }

    record Bool(boolean value) implements Json {}

    enum Null implements Json {
        NULL
    }

    /// Takes `null`, a [Json], text, a boolean, a whole number, a finite `Double` or a list of such.
    static Json of(@Nullable Object value) {
        return switch (value) {
            case null -> Null.NULL;
            case Json json -> json;
            case String text -> new Text(text);
            case Boolean bool -> new Bool(bool);
            case Integer number -> new Numeral(number.toString());
            case Long number -> new Numeral(number.toString());
            case Double number -> new Numeral(number.toString());
            case List<?> list -> new Array(list.stream().map(Json::of).toList());
            default ->
                throw new IllegalArgumentException(
                        "JSON value: " + value.getClass().getName()
                                + " (expected: null, Json, String, Boolean, Integer, Long, Double or List)");
        };
    }
}

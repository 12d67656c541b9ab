package dev.holdfast.game.rules;

import java.util.List;
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
    record Numeral(String literal) implements Json {}

    record Bool(boolean value) implements Json {}

    enum Null implements Json {
        NULL
    }

    /// Takes `null`, a [Json], text, a boolean, a whole number or a list of such.
    static Json of(@Nullable Object value) {
        return switch (value) {
            case null -> Null.NULL;
            case Json json -> json;
            case String text -> new Text(text);
            case Boolean bool -> new Bool(bool);
            case Integer number -> new Numeral(number.toString());
            case Long number -> new Numeral(number.toString());
            case List<?> list -> new Array(list.stream().map(Json::of).toList());
            default ->
                throw new IllegalArgumentException(
                        "JSON value: " + value.getClass().getName()
                                + " (expected: null, Json, String, Boolean, Integer, Long or List)");
        };
    }
}

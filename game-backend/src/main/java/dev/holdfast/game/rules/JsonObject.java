package dev.holdfast.game.rules;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A JSON object; fields keep the order they came in.
public record JsonObject(Map<String, Json> fields) implements Json {
    public static final JsonObject EMPTY = new JsonObject(Map.of());

    public JsonObject {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /// Names and values in turn: `of("type", "moved", "cell", 4)`; values as [Json#of] takes them.
    public static JsonObject of(@Nullable Object... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException(
                    "JSON fields: " + namesAndValues.length + " arguments (expected: names and values in turn)");
        }
        var fields = new LinkedHashMap<String, Json>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(String.valueOf(namesAndValues[i]), Json.of(namesAndValues[i + 1]));
        }
        return new JsonObject(fields);
    }

    public Optional<Json> field(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    /// The field's text; empty if it is missing or not a string.
    public Optional<String> text(String name) {
        return fields.get(name) instanceof Text(String value) ? Optional.of(value) : Optional.empty();
    }

    /// The field's whole number, however it is written: `4` or `4.0`. Empty if it is missing, has a fraction or does
    /// not fit.
    public OptionalInt integer(String name) {
        OptionalLong whole = whole(name);
        boolean fits = whole.isPresent() && whole.getAsLong() == (int) whole.getAsLong();
        return fits ? OptionalInt.of((int) whole.getAsLong()) : OptionalInt.empty();
    }

    /// The same, for larger ones.
    public OptionalLong whole(String name) {
        return fields.get(name) instanceof Numeral number ? number.whole() : OptionalLong.empty();
    }

    /// The field's object; empty if it is missing or something else.
    public Optional<JsonObject> object(String name) {
        return fields.get(name) instanceof JsonObject object ? Optional.of(object) : Optional.empty();
    }

    /// The field's strings; empty if it is missing or no array. Items that are no strings are left out.
    public List<String> texts(String name) {
        return fields.get(name) instanceof Array(List<Json> items)
                ? items.stream()
                        .mapMulti((Json item, Consumer<String> texts) -> {
                            if (item instanceof Text(String value)) {
                                texts.accept(value);
                            }
                        })
                        .toList()
                : List.of();
    }

    /// Whether the field is `true`.
    public boolean flag(String name) {
        return fields.get(name) instanceof Bool(boolean value) && value;
    }

    /// What every message has: its `type`, or empty text.
    public String type() {
        return text("type").orElse("");
    }

    public boolean isEmpty() {
        return fields.isEmpty();
    }

    public JsonObject with(String name, @Nullable Object value) {
        var changed = new LinkedHashMap<>(fields);
        changed.put(name, Json.of(value));
        return new JsonObject(changed);
    }

    public JsonObject without(String name) {
        if (!fields.containsKey(name)) {
            return this;
        }
        var changed = new LinkedHashMap<>(fields);
        changed.remove(name);
        return new JsonObject(changed);
    }
}

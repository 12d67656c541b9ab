package dev.holdfast.game.wire;

import dev.holdfast.game.rules.Json;
import dev.holdfast.game.rules.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/// JSON text to values and back, as strict as RFC 8259, with duplicate names and deep nesting refused.
public final class JsonText {
    /// Arrays and objects inside each other.
    static final int MAX_DEPTH = 64;

    // Measured of messages full of one kind of value, and rounded up
    private static final int OBJECT_BYTES = 100;
    private static final int FIELD_BYTES = 80;
    private static final int ARRAY_BYTES = 48;
    private static final int VALUE_BYTES = 60;
    private static final int REFERENCE_BYTES = 16;

    private static final int MAX_SHORT = 80;
    /// What we write around a client's message, in a log or a snapshot.
    private static final int ENVELOPE_DEPTH = 16;

    private static final TokenStreamFactory FACTORY = factory(MAX_DEPTH);
    private static final int MAX_OWN_DEPTH = MAX_DEPTH + ENVELOPE_DEPTH;
    private static final TokenStreamFactory OWN = factory(MAX_OWN_DEPTH);

    private JsonText() {}

    private static TokenStreamFactory factory(int maxDepth) {
        return JsonFactory.builder()
                // It would keep thousands of the names it has read, up to 50,000 characters each, for good
                .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(maxDepth)
                        .maxNameLength(Integer.MAX_VALUE) // the message's own length is the limit
                        .maxNumberLength(Json.Numeral.MAX_DIGITS)
                        .build())
                .build();
    }

    /// Reads UTF-8 that holds exactly one object. Throws [InvalidJson].
    public static JsonObject readObject(byte[] utf8) {
        JsonObject object = read(FACTORY, utf8);
        requireWhole(object);
        return object;
    }

    /// The same of what this process, or one like it, has written around what came from clients. It may hold halves of
    /// surrogate pairs, since rules can cut a text anywhere.
    public static JsonObject readOwn(byte[] utf8) {
        return read(OWN, utf8);
    }

    private static JsonObject read(TokenStreamFactory factory, byte[] utf8) {
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), decode(utf8))) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new InvalidJson("A message must be one JSON object, such as {\"type\":\"…\"}.");
            }
            JsonObject object = object(parser);
            if (parser.nextToken() != null) {
                throw new InvalidJson("A message must be one JSON object with nothing after it.");
            }
            return object;
        } catch (JacksonException broken) {
            throw new InvalidJson("The message is not valid JSON: " + broken.getOriginalMessage() + ".");
        }
    }

    // Not left to Jackson, which would take UTF-16 and UTF-32 as well.
    private static String decode(byte[] utf8) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException broken) {
            throw new InvalidJson("The message is not valid UTF-8.");
        }
    }

    private static JsonObject object(JsonParser parser) {
        Map<String, Json> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, value(parser));
        }
        return new JsonObject(fields);
    }

    private static Json value(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> new Json.Text(parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Json.Numeral(parser.getString());
            case VALUE_TRUE -> new Json.Bool(true);
            case VALUE_FALSE -> new Json.Bool(false);
            case VALUE_NULL -> Json.Null.NULL;
            default -> throw new IllegalStateException("JSON token " + parser.currentToken());
        };
    }

    // An escape can spell half of a surrogate pair, which no UTF-8 can say to anybody else (RFC 8259, section 8.2).
    private static void requireWhole(Json json) {
        switch (json) {
            case JsonObject(Map<String, Json> fields) ->
                fields.forEach((name, value) -> {
                    requireWhole(name);
                    requireWhole(value);
                });
            case Json.Array(List<Json> items) -> items.forEach(JsonText::requireWhole);
            case Json.Text(String value) -> requireWhole(value);
            case Json.Numeral _, Json.Bool _, Json.Null _ -> {}
        }
    }

    private static void requireWhole(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                boolean isPair = i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
                if (!isPair) {
                    throw new InvalidJson(
                            "The message has half of a surrogate pair, \\u%04x; write the whole character."
                                    .formatted((int) text.charAt(i)));
                }
                i++;
            }
        }
    }

    private static Json.Array array(JsonParser parser) {
        List<Json> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(parser));
        }
        return new Json.Array(items);
    }

    /// UTF-8 without white space; fields in their order, numbers as they were written.
    public static byte[] write(Json json) {
        var utf8 = new ByteArrayOutputStream();
        try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), utf8)) {
            write(generator, json);
        }
        return utf8.toByteArray();
    }

    /// For messages to people: cut after some characters.
    public static String writeShort(Json json) {
        String text = new String(write(json), StandardCharsets.UTF_8);
        return text.length() <= MAX_SHORT ? text : text.substring(0, MAX_SHORT) + "…";
    }

    /// About how many bytes of the heap a value takes: of short ones some thirty times as many as of UTF-8.
    public static long heapBytes(Json json) {
        return switch (json) {
            case JsonObject(Map<String, Json> fields) -> {
                long bytes = OBJECT_BYTES;
                for (var field : fields.entrySet()) {
                    bytes += FIELD_BYTES + 2L * field.getKey().length() + heapBytes(field.getValue());
                }
                yield bytes;
            }
            case Json.Array(List<Json> items) -> {
                long bytes = ARRAY_BYTES;
                for (Json item : items) {
                    bytes += heapBytes(item);
                }
                yield bytes;
            }
            case Json.Text(String value) -> VALUE_BYTES + 2L * value.length();
            case Json.Numeral(String literal) -> VALUE_BYTES + literal.length();
            case Json.Bool _, Json.Null _ -> REFERENCE_BYTES;
        };
    }

    /// Whether [#readOwn] reads it again inside of an object of ours.
    public static boolean isReadableAgain(JsonObject json) {
        return isWithin(MAX_OWN_DEPTH - 1, json);
    }

    private static boolean isWithin(int depth, Json json) {
        return switch (json) {
            case JsonObject(Map<String, Json> fields) ->
                depth > 0 && fields.values().stream().allMatch(value -> isWithin(depth - 1, value));
            case Json.Array(List<Json> items) ->
                depth > 0 && items.stream().allMatch(item -> isWithin(depth - 1, item));
            default -> true;
        };
    }

    private static void write(JsonGenerator generator, Json json) {
        switch (json) {
            case JsonObject(Map<String, Json> fields) -> {
                generator.writeStartObject();
                fields.forEach((name, value) -> {
                    generator.writeName(name);
                    write(generator, value);
                });
                generator.writeEndObject();
            }
            case Json.Array(List<Json> items) -> {
                generator.writeStartArray();
                items.forEach(item -> write(generator, item));
                generator.writeEndArray();
            }
            case Json.Text(String value) -> generator.writeString(value);
            case Json.Numeral(String literal) -> generator.writeNumber(literal);
            case Json.Bool(boolean value) -> generator.writeBoolean(value);
            case Json.Null _ -> generator.writeNull();
        }
    }
}

package dev.holdfast.gateway.keepalive;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The reader of pings and pongs against Jackson, on any text. Bytes that are no text must only do no harm.
public final class AppSignalReaderFuzz {
    private static final int LONGEST = 64;
    private static final JsonMapper JACKSON = JsonMapper.builder().build();

    private AppSignalReaderFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length > LONGEST) {
            return;
        }
        AppSignal signal = new AppSignalReader(LONGEST).read(input, input.length);
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(input))
                    .toString();
        } catch (CharacterCodingException noText) {
            return;
        }
        AppSignal expected = asJacksonReads(text);
        if (signal != expected) {
            throw new AssertionError("Read as %s (expected: %s): %s".formatted(signal, expected, text));
        }
    }

    private static AppSignal asJacksonReads(String text) {
        try {
            JsonNode node = JACKSON.readTree(text);
            JsonNode type = node.isObject() ? node.get("type") : null;
            String value = type != null && type.isString() ? type.stringValue() : "";
            return switch (value) {
                case "pong" -> AppSignal.PONG;
                case "ping" -> AppSignal.PING;
                default -> AppSignal.NONE;
            };
        } catch (JacksonException noJson) {
            return AppSignal.NONE;
        }
    }
}

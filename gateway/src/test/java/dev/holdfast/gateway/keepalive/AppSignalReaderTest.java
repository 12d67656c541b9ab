package dev.holdfast.gateway.keepalive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AppSignalReaderTest {
    private final AppSignalReader reader = new AppSignalReader(64);
    private final JsonMapper jackson = JsonMapper.builder().build();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"pong\"}",
                " \t\r\n{ \"type\" : \"pong\" } ",
                "{\"t\":1,\"type\":\"pong\",\"x\":[1,{\"a\":null}]}",
                "{\"\\u0074ype\":\"p\\u006Fng\"}",
                "{\"type\":\"ping\",\"type\":\"pong\"}",
                "{\"type\":\"pong\",\"at\":-1.5e+3,\"ok\":true}",
            })
    void is_a_pong(String text) {
        assertThat(read(text)).isEqualTo(AppSignal.PONG);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "pong",
                "\"pong\"",
                "[\"pong\"]",
                "{}",
                "{\"type\":\"pongs\"}",
                "{\"type\":\"Pong\"}",
                "{\"x\":{\"type\":\"pong\"}}",
                "{\"type\":[\"pong\"]}",
                "{\"type\":\"pong\",\"type\":1}",
                "{\"type\":\"pong\"",
                "{\"type\":\"pong\"}}",
                "{\"type\":\"pong\",}",
                "{\"type\":\"pong\" \"x\":1}",
                "{'type':'pong'}",
                "{\"type\":\"pong\",\"x\":01}",
                "{\"type\":\"pong\",\"x\":1.}",
                "{\"type\":\"pong\",\"x\":tru}",
                "{\"type\":\"po\\ng\"}",
                "{\"type\":\"pong\",\"x\":\"\n\"}",
            })
    void is_a_game_message(String text) {
        assertThat(read(text)).isEqualTo(AppSignal.NONE);
    }

    @Test
    void a_ping_is_told_from_a_pong() {
        assertThat(read("{\"type\":\"ping\"}")).isEqualTo(AppSignal.PING);
    }

    /// Pieces put together at random make texts near the edge of JSON more often than random bytes do.
    @Test
    void agrees_with_jackson_on_whatever_can_be_made_of_json() {
        List<String> pieces = List.of(
                "{",
                "}",
                "[",
                "]",
                ":",
                ",",
                " ",
                "\"type\"",
                "\"pong\"",
                "\"ping\"",
                "\"x\"",
                "1",
                "-0.5",
                "1e9",
                "0",
                "true",
                "null",
                "false",
                "\\",
                "\"",
                "\\u0074",
                "é",
                "\t",
                "{\"type\":\"pong\"}",
                "\"type\":\"pong\"",
                "\"type\":\"ping\",");
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "{" : "");
            for (int n = random.nextInt(9); n >= 0; n--) {
                text.append(pieces.get(random.nextInt(pieces.size())));
            }
            text.append(random.nextBoolean() ? "}" : "");
            if (text.toString().getBytes(StandardCharsets.UTF_8).length <= 64) {
                assertThat(read(text.toString()))
                        .as("seed %d: %s", seed, text)
                        .isEqualTo(asJacksonReads(text.toString()));
            }
        }
    }

    private AppSignal read(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return reader.read(bytes, bytes.length);
    }

    private AppSignal asJacksonReads(String text) {
        try {
            JsonNode node = jackson.readTree(text);
            JsonNode type = node.isObject() ? node.get("type") : null;
            String value = type != null && type.isString() ? type.stringValue() : "";
            return switch (value) {
                case "pong" -> AppSignal.PONG;
                case "ping" -> AppSignal.PING;
                default -> AppSignal.NONE;
            };
        } catch (JacksonException e) {
            return AppSignal.NONE;
        }
    }
}

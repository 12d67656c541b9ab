package dev.holdfast.gateway.keepalive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppSignalReaderTest {
    private final AppSignalReader reader = new AppSignalReader(64);

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

    private AppSignal read(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return reader.read(bytes, bytes.length);
    }
}

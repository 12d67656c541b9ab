package dev.holdfast.game.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.game.rules.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
    /// As measured of the first two: 1.9 and 2.1 MB.
    @ParameterizedTest
    @CsvSource({"0, 1800, 2600", "{}, 1800, 2600", "'\"\"', 1000, 2000", "true, 150, 300"})
    void short_values_take_many_times_their_length(String value, int leastKb, int mostKb) {
        int count = (64 << 10) / (value.length() + 1);
        var message = read("{\"a\":[" + String.join(",", Collections.nCopies(count, value)) + "]}");

        assertThat(JsonText.heapBytes(message) / 1000).isBetween((long) leastKb, (long) mostKb);
        assertThat(JsonText.heapBytes(read("{\"type\":\"move\",\"cell\":4}"))).isLessThan(500);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"a\":1.0,\"b\":-0,\"c\":1E+400,\"d\":12345678901234567890123}",
                "{\"z\":[true,false,null,[],{\"\":\"\\\"\\\\\\n\"}],\"a\":\"é😀\"}"
            })
    void what_is_read_is_written_the_same(String text) {
        assertThat(new String(JsonText.write(read(text)), StandardCharsets.UTF_8))
                .isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "7",
                "\"a\"",
                "[]",
                "{",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{'a':1}",
                "{a:1}",
                "{\"a\":NaN}",
                "{\"a\":01}",
                "{\"a\":.5}",
                "{\"a\":\"\n\"}",
                "{\"a\":1}x",
                "{}{}",
                "{\"a\":1,\"a\":1}",
                "/**/{}",
                "\uFEFF{}",
                "{\"a\":\"\\x\"}"
            })
    void what_is_not_one_strict_object_is_refused(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(InvalidJson.class);
    }

    @Test
    void other_encodings_than_utf_8_are_refused() {
        assertThatThrownBy(() -> JsonText.readObject("{}".getBytes(StandardCharsets.UTF_16BE)))
                .isInstanceOf(InvalidJson.class);
        assertThatThrownBy(() -> JsonText.readObject(new byte[] {'{', '"', (byte) 0xC3, '"', ':', '1', '}'}))
                .isInstanceOf(InvalidJson.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void nesting_is_limited() {
        assertThat(read("{\"a\":".repeat(64) + "1" + "}".repeat(64))).isNotNull();
        assertThatThrownBy(() -> read("{\"a\":".repeat(65) + "1" + "}".repeat(65)))
                .isInstanceOf(InvalidJson.class);
    }

    @Test
    void what_a_client_may_send_can_be_read_back_from_the_log() {
        JsonObject deepest = read("{\"a\":".repeat(64) + "1" + "}".repeat(64));
        var entry = new Entry.Played("p1", Optional.of("c.1"), deepest);

        assertThat(Entry.decode(entry.encode())).isEqualTo(entry);
    }

    // RFC 8259, section 8.2: it has no UTF-8, so nothing but an escape can be written of it.
    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":\"\\ud800\"}", "{\"\\udc00\":1}", "{\"a\":[\"\\udc00\\ud800\"]}"})
    void half_a_surrogate_pair_is_refused(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(InvalidJson.class).hasMessageContaining("surrogate");
    }

    @Test
    void what_rules_have_cut_through_can_be_read_again() {
        JsonObject cut = JsonObject.of("type", "named", "name", "\ud83d");

        assertThat(JsonText.readOwn(JsonText.write(cut))).isEqualTo(cut);
    }

    private static JsonObject read(String text) {
        return JsonText.readObject(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_name_of_any_length_is_read() {
        String name = "n".repeat(100_000);

        assertThat(read("{\"" + name + "\":1}").fields()).containsOnlyKeys(name);
    }

    @Test
    void nothing_of_a_message_is_kept_for_the_next() {
        byte[] message = "{\"of-nobody-else\":1}".getBytes(StandardCharsets.UTF_8);

        assertThat(nameIn(JsonText.readObject(message))).isNotSameAs(nameIn(JsonText.readObject(message)));
        assertThat(nameIn(JsonText.readOwn(message))).isNotSameAs(nameIn(JsonText.readOwn(message)));
    }

    private static String nameIn(JsonObject object) {
        return object.fields().keySet().iterator().next();
    }
}

package dev.holdfast.gateway.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LinkFrameTest {
    /// The same bytes that the game-backend's test writes.
    @Test
    void reads_what_the_backend_writes() {
        Map<String, LinkFrame> expected = Map.of(
                "A 17", new LinkFrame.Acknowledged(17),
                "A 999999999999999", new LinkFrame.Acknowledged(999_999_999_999_999L),
                "E 58.m2TzAb_-", new LinkFrame.Cursor("58.m2TzAb_-"),
                "C 58.m2TzAb_-", new LinkFrame.Reached("58.m2TzAb_-"),
                "V 1", new LinkFrame.SpeaksV1(),
                "D", new LinkFrame.Draining());

        JsonNode vectors = JsonMapper.builder()
                .build()
                .readTree(Path.of("../docs/vectors/link-frames.json"))
                .get("frames");

        assertThat(vectors).hasSize(expected.size());
        for (JsonNode vector : vectors) {
            byte[] wire = HexFormat.of().parseHex(vector.get("wire").stringValue());
            byte[] payload = Arrays.copyOfRange(wire, 2, wire.length);
            assertThat(LinkFrame.of(payload))
                    .isEqualTo(expected.get(vector.get("payload").stringValue()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "A",
                "A ",
                "A x",
                "A -1",
                "A 9999999999999999999",
                "E",
                "E ",
                "E a b",
                "E a\n",
                "C ",
                "V 2",
                "D ",
                "X 1"
            })
    void anything_else_is_unknown(String payload) {
        assertThat(LinkFrame.of(payload.getBytes(StandardCharsets.US_ASCII))).isEqualTo(new LinkFrame.Unknown());
    }
}

package dev.holdfast.game.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.rules.JsonObject;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RenderedTest {
    private final Rendered event = new Rendered(JsonObject.of("type", "say", "n", 1), 7, "7.abcdefgh");

    @Test
    void who_has_seen_all_before_and_caused_nothing_shares_one_text() {
        byte[] text = event.numbered(6, Optional.empty());

        assertThat(text)
                .asString(UTF_8)
                .isEqualTo("{\"type\":\"say\",\"n\":1,\"$\":{\"seq\":7,\"cur\":\"7.abcdefgh\"}}");
        assertThat(event.numbered(6, Optional.empty())).isSameAs(text);
    }

    @Test
    void its_author_and_who_has_missed_some_get_texts_of_their_own_whoever_came_first() {
        event.numbered(6, Optional.empty());

        assertThat(event.numbered(6, Optional.of("c1")))
                .asString(UTF_8)
                .isEqualTo("{\"type\":\"say\",\"n\":1,\"$\":{\"seq\":7,\"cur\":\"7.abcdefgh\",\"cmd\":\"c1\"}}");
        assertThat(event.numbered(4, Optional.empty()))
                .asString(UTF_8)
                .isEqualTo("{\"type\":\"say\",\"n\":1,\"$\":{\"seq\":7,\"cur\":\"7.abcdefgh\",\"prev\":4}}");
        assertThat(event.numbered(6, Optional.empty())).asString(UTF_8).doesNotContain("c1", "prev");
    }
}

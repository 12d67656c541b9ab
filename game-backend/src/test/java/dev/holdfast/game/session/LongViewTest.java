package dev.holdfast.game.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import dev.holdfast.game.rules.Event;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.rules.RulesBook;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

class LongViewTest {
    @RegisterExtension
    static final Backend backend = new Backend(
            new Class<?>[] {Book.class, SlowClientTest.SmallSendBuffers.class},
            "STORE_URL=memory:",
            "holdfast.session.max-unread=64KB");

    @Test
    void a_view_longer_than_what_may_wait_unread_reaches_its_reader() {
        assertThat(backend.connect("reader").next())
                .startsWith("{\"type\":\"state\"")
                .hasSizeGreaterThan(LongRules.LENGTH);
    }

    @Test
    void what_happens_behind_a_long_event_reaches_a_reader_who_has_not_read_it_yet() {
        TestClient other = backend.connect("other");
        assertThat(other.next()).startsWith("{\"type\":\"state\"");
        TestClient reader = backend.connect("reader");
        assertThat(reader.next()).startsWith("{\"type\":\"state\"");
        reader.stopReading();

        other.send("{\"type\":\"long\"}").send("{\"type\":\"short\"}");
        assertThat(other.next()).startsWith("{\"type\":\"long\"");
        assertThat(other.next()).isEqualTo("{\"type\":\"short\"}");
        reader.resumeReading();

        assertThat(reader.next()).startsWith("{\"type\":\"long\"").hasSizeGreaterThan(LongRules.LENGTH);
        assertThat(reader.next()).isEqualTo("{\"type\":\"short\"}");
    }

    @Configuration(proxyBeanMethods = false)
    static class Book {
        @Bean
        @Primary
        RulesBook longRules() {
            return new RulesBook(List.of(new LongRules()));
        }
    }

    /// Whoever comes is shown a very large board, and so is everybody after a move.
    static final class LongRules extends EchoRules {
        static final int LENGTH = 1 << 20;
        private static final String BOARD = "x".repeat(LENGTH);

        @Override
        public JsonObject view(String state, String player) {
            return JsonObject.of("last", state, "board", BOARD);
        }

        @Override
        public Optional<JsonObject> show(Event event, String player) {
            boolean isLong = event.body().type().equals("long");
            return Optional.of(isLong ? JsonObject.of("type", "long", "board", BOARD) : event.body());
        }
    }
}

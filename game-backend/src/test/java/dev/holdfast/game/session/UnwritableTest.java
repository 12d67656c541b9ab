package dev.holdfast.game.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import dev.holdfast.game.rules.Event;
import dev.holdfast.game.rules.Json;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.rules.RulesBook;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/// Rules that show what no JSON writer takes fail as others do: for whom it is about, at once.
class UnwritableTest {
    @RegisterExtension
    static final Backend backend = new Backend(new Class<?>[] {Book.class}, "STORE_URL=memory:");

    @Test
    void who_cannot_be_told_how_the_game_stands_is_closed_with_1011() {
        TestClient other = seated("other");

        assertThat(backend.connect(DeepRules.BLIND).awaitClose().code()).isEqualTo(1011);
        TestClient v1 = backend.connect(DeepRules.BLIND + "?v=1").send("{\"type\":\"sys.hello\",\"v\":1}");
        assertThat(v1.awaitClose().code()).isEqualTo(1011);

        other.send("{\"type\":\"say\"}");
        assertThat(other.next()).isEqualTo("{\"type\":\"say\"}");
    }

    @Test
    void a_game_that_nobody_can_be_told_of_is_unreadable() throws Exception {
        seated("other").send("{\"type\":\"" + DeepRules.DARK + "\"}").readUntil(DeepRules.DARK);

        HttpResponse<String> answer = backend.get("/api/games/" + backend.game());

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("\"code\":\"game_unreadable\"");
    }

    @Test
    void who_cannot_be_shown_an_event_is_closed_with_1011() {
        TestClient other = seated("other");
        TestClient puzzled = seated(DeepRules.PUZZLED);

        other.send("{\"type\":\"say\"}");

        assertThat(puzzled.awaitClose().code()).isEqualTo(1011);
        assertThat(other.next()).isEqualTo("{\"type\":\"say\"}");
    }

    private static TestClient seated(String player) {
        TestClient client = backend.connect(player);
        assertThat(client.next()).startsWith("{\"type\":\"state\"");
        return client;
    }

    @Configuration(proxyBeanMethods = false)
    static class Book {
        @Bean
        @Primary
        RulesBook deepRules() {
            return new RulesBook(List.of(new DeepRules()));
        }
    }

    /// Everything is shown to everybody, to some deeper than it can be written.
    static final class DeepRules extends EchoRules {
        static final String BLIND = "blind";
        static final String PUZZLED = "puzzled";
        /// An event after which spectators are told too much.
        static final String DARK = "dark";

        private static JsonObject deep() {
            Json deep = Json.of(List.of());
            for (int depth = 0; depth < 1000; depth++) {
                deep = Json.of(List.of(deep));
            }
            return JsonObject.of("type", "deep", "deep", deep);
        }

        @Override
        public JsonObject view(String state, String player) {
            boolean isDeep = player.equals(BLIND) || (player.isEmpty() && state.equals(DARK));
            return isDeep ? deep() : JsonObject.of("last", state);
        }

        @Override
        public Optional<JsonObject> show(Event event, String player) {
            return Optional.of(player.equals(PUZZLED) ? deep() : event.body());
        }
    }
}

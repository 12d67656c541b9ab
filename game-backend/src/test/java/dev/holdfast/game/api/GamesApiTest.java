package dev.holdfast.game.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.GameLog;
import dev.holdfast.game.log.NewEvent;
import dev.holdfast.game.rules.RulesBook;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class GamesApiTest {
    @RegisterExtension
    static final Backend backend = new Backend("STORE_URL=memory:");

    @Test
    void a_game_is_created_once_and_found_again() throws Exception {
        HttpResponse<String> created = backend.post("/api/games", "{\"rules\":\"tictactoe\",\"id\":\"t1\"}");

        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(created.headers().firstValue("Location")).contains("/api/games/t1");
        assertThat(created.body())
                .startsWith("{\"id\":\"t1\",\"rules\":\"tictactoe/1\",\"seq\":1,\"here\":[],\"state\":{");
        assertThat(backend.get("/api/games/t1").body()).isEqualTo(created.body());
        assertThat(backend.get("/api/games").body()).matches("\\{\"games\":\\[.*\"t1\".*],\"max\":100}");
        assertThat(backend.post("/api/games", "{\"rules\":\"tictactoe\",\"id\":\"t1\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(backend.post("/api/games", "{\"rules\":\"relay\",\"id\":\"t1\"}")
                        .statusCode())
                .isEqualTo(409);
    }

    @Test
    void an_id_is_made_up_if_none_is_given() throws Exception {
        HttpResponse<String> created = backend.post("/api/games", "{\"rules\":\"relay\"}");

        String location = created.headers().firstValue("Location").orElseThrow();
        assertThat(backend.get(location).statusCode()).isEqualTo(200);
    }

    @Test
    void what_cannot_be_created_is_refused_with_the_reason() throws Exception {
        String names =
                String.join(", ", backend.context().getBean(RulesBook.class).names());
        expect(
                backend.post("/api/games", "{\"rules\":\"no such\"}"),
                400,
                "rules: \\\"no such\\\" (expected: one of " + names + ")");
        expect(backend.post("/api/games", "{}"), 400, "rules: missing (expected: one of " + names + ")");
        expect(backend.post("/api/games", "{\"rules\":\"relay\",\"id\":\"a b\"}"), 400, "id: \\\"a b\\\"");
        expect(backend.post("/api/games", "{\"rules\":\"relay\",\"id\":7}"), 400, "id: 7");
        expect(backend.post("/api/games", "not json"), 400, "invalid_json");
        expect(backend.post("/api/games", ""), 400, "invalid_json");
        expect(backend.get("/api/games/nowhere"), 404, "no_such_game");
        expect(backend.get("/api/games/a.b"), 400, "invalid_id");
    }

    @Test
    void a_game_that_this_release_cannot_follow_is_said_to_be_one() throws Exception {
        byte[] created = "{\"k\":\"created\",\"rules\":\"chess\",\"version\":1}".getBytes(StandardCharsets.UTF_8);
        var _ = backend.context()
                .getBean(GameLog.class)
                .append(new GameId("chess-1"), Cursor.ORIGIN, List.of(new NewEvent("t", created)))
                .blockOptional()
                .orElseThrow();

        expect(backend.get("/api/games/chess-1"), 409, "\"code\":\"game_unreadable\"");
        expect(
                backend.post("/api/games", "{\"rules\":\"relay\",\"id\":\"chess-1\"}"),
                409,
                "\"code\":\"game_unreadable\"");
        assertThat(backend.connectTo("chess-1", "ann").awaitClose().code()).isEqualTo(1011);
    }

    @Test
    void a_body_is_read_whatever_its_header_claims_but_not_for_ever() throws Exception {
        assertThat(backend.post("/api/games", "x", "{\"rules\":\"relay\"}").statusCode())
                .isEqualTo(201);
        expect(backend.post("/api/games", "{\"rules\":\"" + "r".repeat(300_000) + "\"}"), 413, "too_large");
    }

    private static void expect(HttpResponse<String> answer, int status, String text) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains(text);
    }
}

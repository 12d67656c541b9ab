package dev.holdfast.game.log.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import dev.holdfast.game.session.TestClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A room of which the log keeps no longer all: whoever opens it is told so by the log first.
class TrimmedRoomTest {
    private static final int MESSAGES = 2000;

    @TempDir
    static Path directory;

    @RegisterExtension
    static final Backend backend = new Backend(() -> "STORE_URL=sqlite:" + directory.resolve("games.db"));

    @Test
    void games_begin_and_go_on_after_a_long_room_was_opened_again() throws Exception {
        TestClient talker = backend.connect("p1");
        for (int n = 0; n < MESSAGES; n++) {
            talker.send("{\"n\":" + n + "}");
        }
        assertThat(talker.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
        Backend.await(() -> backend.get("/api/games/" + backend.game()).body(), room -> seq(room) > MESSAGES);

        backend.restart();
        assertThat(backend.get("/api/games/" + backend.game()).statusCode()).isEqualTo(200);

        for (int n = 0; n < 4; n++) {
            HttpResponse<String> created =
                    backend.post("/api/games", "{\"rules\":\"tictactoe\",\"id\":\"new-" + n + "\"}");
            assertThat(created.statusCode()).isEqualTo(201);
            assertThat(created.body()).contains("\"seq\":1");
        }
        assertThat(backend.connect("p1").nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
    }

    private static long seq(String room) {
        return Long.parseLong(room.replaceAll(".*\"seq\":([0-9]+),.*", "$1"));
    }
}

package dev.holdfast.game.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TicTacToePlayTest {
    @RegisterExtension
    static final Backend backend = new Backend("STORE_URL=memory:");

    @BeforeEach
    void create() throws Exception {
        assertThat(backend.post("/api/games", "{\"rules\":\"tictactoe\",\"id\":\"" + backend.game() + "\"}")
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void two_players_play_to_the_end_while_a_third_watches() {
        TestClient x = backend.connect("ann");
        assertThat(x.next())
                .isEqualTo("{\"type\":\"state\",\"board\":[null,null,null,null,null,null,null,null,null],"
                        + "\"players\":[\"ann\"],\"you\":\"X\",\"turn\":null,\"over\":false,\"winner\":null}");
        x.send("{\"type\":\"move\",\"cell\":0}");
        assertThat(x.next()).contains("\"code\":\"game_not_started\"");
        TestClient o = backend.connect("bob");
        assertThat(o.next()).contains("\"players\":[\"ann\",\"bob\"],\"you\":\"O\",\"turn\":\"ann\"");
        assertThat(x.next()).isEqualTo("{\"type\":\"joined\",\"player\":\"bob\",\"mark\":\"O\"}");
        TestClient watcher = backend.connect("eve");
        assertThat(watcher.next()).contains("\"you\":\"spectator\"");

        watcher.send("{\"type\":\"move\",\"cell\":0}");
        assertThat(watcher.next()).contains("\"code\":\"spectator\"");
        o.send("{\"type\":\"move\",\"cell\":0}");
        assertThat(o.next())
                .isEqualTo("{\"type\":\"error\",\"code\":\"not_your_turn\",\"message\":\"It is ann's turn.\"}");
        play(x, "ann", 0, x, o, watcher);
        play(o, "bob", 4, x, o, watcher);
        x.send("{\"type\":\"move\",\"cell\":4}");
        assertThat(x.next()).contains("\"code\":\"illegal_move\"", "Cell 4 is taken");
        x.send("{\"type\":\"move\",\"cell\":9}");
        assertThat(x.next()).contains("\"code\":\"illegal_move\"");
        x.send("{\"type\":\"castle\"}");
        assertThat(x.next()).contains("\"code\":\"unknown_command\"", "castle");
        play(x, "ann", 1, x, o, watcher);
        play(o, "bob", 5, x, o, watcher);
        play(x, "ann", 2, x, o, watcher);

        for (TestClient each : new TestClient[] {x, o, watcher}) {
            assertThat(each.next()).isEqualTo("{\"type\":\"over\",\"winner\":\"ann\",\"reason\":\"line\"}");
        }
        o.send("{\"type\":\"move\",\"cell\":8}");
        assertThat(o.next()).contains("\"code\":\"game_over\"");
    }

    private static void play(TestClient player, String name, int cell, TestClient... everybody) {
        player.send("{\"type\":\"move\",\"cell\":" + cell + "}");
        for (TestClient each : everybody) {
            assertThat(each.next()).isEqualTo("{\"type\":\"moved\",\"cell\":" + cell + ",\"by\":\"" + name + "\"}");
        }
    }

    @Test
    void a_player_whose_connection_broke_comes_back_to_the_game_as_it_stands() {
        TestClient x = backend.connect("ann");
        x.next();
        TestClient o = backend.connect("bob");
        o.next();
        x.next();
        play(x, "ann", 0, x, o);

        x.cut();
        o.send("{\"type\":\"move\",\"cell\":1}");
        assertThat(o.next()).contains("\"cell\":1");

        assertThat(backend.connect("ann").next())
                .contains("\"board\":[\"X\",\"O\",null", "\"you\":\"X\",\"turn\":\"ann\"");
    }

    @Test
    void a_player_who_leaves_on_purpose_loses() {
        TestClient x = backend.connect("ann");
        x.next();
        TestClient o = backend.connect("bob");
        o.next();

        x.close(1000);

        assertThat(o.next()).isEqualTo("{\"type\":\"left\",\"player\":\"ann\"}");
        assertThat(o.next()).isEqualTo("{\"type\":\"over\",\"winner\":\"bob\",\"reason\":\"left\"}");
    }
}

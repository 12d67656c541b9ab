package dev.holdfast.game.rules.tictactoe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.rules.Decision;
import dev.holdfast.game.rules.Event;
import dev.holdfast.game.rules.GameRules;
import dev.holdfast.game.rules.GameRulesContract;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.rules.Refusal;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TicTacToeRulesTest extends GameRulesContract<Board> {
    private final TicTacToeRules rules = new TicTacToeRules();

    @Override
    protected GameRules<Board> rules() {
        return rules;
    }

    @Override
    protected JsonObject command(Random random) {
        return JsonObject.of("type", "move", "cell", random.nextInt(-1, 11));
    }

    @ParameterizedTest
    @CsvSource({"0 3 1 4 2, x", "3 0 4 1 6 2, o", "0 1 4 2 8, x", "2 0 4 1 6, x", "0 1 3 2 6, x"})
    void three_in_a_row_win(String cells, String winner) {
        assertThat(playedOut(cells).winner()).contains(winner);
    }

    @Test
    void a_full_board_without_a_line_is_a_draw() {
        Board board = playedOut("0 1 2 4 3 5 7 6 8");

        assertThat(board.over()).isTrue();
        assertThat(board.winner()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"-1", "9", "1.5", "10e0", "99999999999"})
    void a_cell_that_is_none_of_the_nine_is_illegal(String literal) {
        var command = JsonObject.of("type", "move", "cell", new dev.holdfast.game.rules.Json.Numeral(literal));

        assertThat(rules.decide(playedOut(""), "x", command))
                .isInstanceOfSatisfying(
                        Decision.Refused.class,
                        refused -> assertThat(refused.refusal().reason()).isEqualTo(Refusal.Reason.ILLEGAL_MOVE));
    }

    @Test
    void a_seat_left_before_the_start_is_free_again() {
        Board board = join(rules.initial(), "x");
        for (JsonObject event : rules.leave(board, "x")) {
            board = rules.fold(board, new Event("x", event));
        }

        assertThat(rules.join(board, "y"))
                .singleElement()
                .satisfies(event -> assertThat(event.text("mark")).contains("X"));
    }

    private Board playedOut(String cells) {
        Board board = join(join(rules.initial(), "x"), "o");
        for (String cell : cells.isEmpty() ? new String[0] : cells.split(" ")) {
            String player = board.turn().orElseThrow();
            var command = JsonObject.of("type", "move", "cell", Integer.parseInt(cell));
            List<JsonObject> events = ((Decision.Accepted) rules.decide(board, player, command)).events();
            for (JsonObject event : events) {
                board = rules.fold(board, new Event(player, event));
            }
        }
        return board;
    }

    private Board join(Board board, String player) {
        return rules.fold(board, new Event(player, rules.join(board, player).getFirst()));
    }
}

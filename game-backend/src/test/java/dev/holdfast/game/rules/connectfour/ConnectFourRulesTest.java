package dev.holdfast.game.rules.connectfour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.rules.Decision;
import dev.holdfast.game.rules.Event;
import dev.holdfast.game.rules.GameRules;
import dev.holdfast.game.rules.GameRulesContract;
import dev.holdfast.game.rules.JsonObject;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectFourRulesTest extends GameRulesContract<Grid> {
    private final ConnectFourRules rules = new ConnectFourRules();

    @Override
    protected GameRules<Grid> rules() {
        return rules;
    }

    @Override
    protected JsonObject command(Random random) {
        return JsonObject.of("type", "drop", "column", random.nextInt(-1, 8));
    }

    @ParameterizedTest
    @CsvSource({"0 1 0 1 0 1 0, r", "0 0 1 1 2 2 3, r", "0 1 1 2 2 3 2 3 3 6 3, r", "6 0 6 0 5 0 5 0, y"})
    void four_in_a_row_win(String columns, String winner) {
        assertThat(playedOut(columns).winner()).contains(winner);
    }

    @Test
    void a_full_column_takes_no_more() {
        Decision decision = rules.decide(playedOut("0 0 0 0 0 0"), "r", JsonObject.of("type", "drop", "column", 0));

        assertThat(decision)
                .isInstanceOfSatisfying(
                        Decision.Refused.class,
                        refused -> assertThat(refused.refusal().message())
                                .isEqualTo("Column 0 is full; choose another one."));
    }

    private Grid playedOut(String columns) {
        Grid grid = Grid.EMPTY.join("r").join("y");
        for (String column : columns.split(" ", -1)) {
            String player = grid.turn().orElseThrow();
            var command = JsonObject.of("type", "drop", "column", Integer.parseInt(column));
            for (JsonObject event : ((Decision.Accepted) rules.decide(grid, player, command)).events()) {
                grid = rules.fold(grid, new Event(player, event));
            }
        }
        return grid;
    }
}

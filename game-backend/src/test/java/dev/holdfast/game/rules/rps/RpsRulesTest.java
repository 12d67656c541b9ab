package dev.holdfast.game.rules.rps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.rules.Event;
import dev.holdfast.game.rules.GameRules;
import dev.holdfast.game.rules.GameRulesContract;
import dev.holdfast.game.rules.JsonObject;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RpsRulesTest extends GameRulesContract<Duel> {
    private final RpsRules rules = new RpsRules();

    @Override
    protected GameRules<Duel> rules() {
        return rules;
    }

    @Override
    protected JsonObject command(Random random) {
        return JsonObject.of("type", "choose", "hand", Duel.HANDS.get(random.nextInt(3)));
    }

    @ParameterizedTest
    @CsvSource({
        "rock,scissors,a",
        "scissors,rock,b",
        "paper,rock,a",
        "scissors,paper,a",
        "paper,scissors,b",
        "rock,rock,"
    })
    void each_hand_beats_one_other(String first, String second, String winner) {
        Duel duel = Duel.EMPTY.join("a").join("b").choose("a", first).choose("b", second);

        assertThat(duel.roundWinner().orElse(null)).isEqualTo(winner);
    }

    @Test
    void nobody_else_learns_a_choice_before_the_round_is_revealed() {
        var chosen = new Event("a", JsonObject.of("type", "chosen", "by", "a", "hand", "rock"));
        Duel duel = rules.fold(Duel.EMPTY.join("a").join("b"), chosen);

        assertThat(rules.show(chosen, "a")).isPresent();
        assertThat(rules.show(chosen, "b")).isEmpty();
        assertThat(rules.view(duel, "a").text("hand")).contains("rock");
        assertThat(rules.view(duel, "b").toString()).doesNotContain("rock");
        assertThat(rules.view(duel, "").toString()).doesNotContain("rock");
    }
}

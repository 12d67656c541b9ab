package dev.holdfast.game.rules.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.rules.Event;
import dev.holdfast.game.rules.GameRules;
import dev.holdfast.game.rules.GameRulesContract;
import dev.holdfast.game.rules.JsonObject;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RelayRulesTest extends GameRulesContract<RelayRules.Nothing> {
    private final RelayRules rules = new RelayRules();

    @Override
    protected GameRules<RelayRules.Nothing> rules() {
        return rules;
    }

    @Override
    protected boolean namesTypes() {
        return false;
    }

    @Override
    protected JsonObject command(Random random) {
        return JsonObject.of("n", random.nextInt());
    }

    @Test
    void everybody_but_the_sender_sees_a_message() {
        var event = new Event("ann", JsonObject.of("n", 1));

        assertThat(rules.show(event, "ann")).isEmpty();
        assertThat(rules.show(event, "bob")).contains(JsonObject.of("n", 1));
    }
}

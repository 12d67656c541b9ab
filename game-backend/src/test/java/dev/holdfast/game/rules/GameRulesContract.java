package dev.holdfast.game.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.wire.JsonText;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What holds for all rules, tried with random games. A failing seed can be given back in [#seeds].
public abstract class GameRulesContract<S> {
    private static final List<String> PLAYERS = List.of("ann", "bob", "eve");

    /// Who asks for the game without playing it.
    private static final String NOBODY = "";

    protected abstract GameRules<S> rules();

    /// Some command, legal or not.
    protected abstract JsonObject command(Random random);

    /// Whether each command and event says by a text `type` what it is, as clients expect. Not where messages are the
    /// clients' own.
    protected boolean namesTypes() {
        return true;
    }

    @Test
    void its_name_can_stand_in_a_url() {
        assertThat(rules().name()).matches("[a-z0-9]{1,32}");
        assertThat(rules().version()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void random_games_keep_the_contract(long seed) {
        var random = new Random(seed);
        GameRules<S> rules = rules();
        S state = rules.initial();
        for (int step = 0; step < 60; step++) {
            String player = PLAYERS.get(random.nextInt(PLAYERS.size()));
            for (JsonObject body : events(random, state, player)) {
                checkReserved(body);
                checkTyped(body);
                checkWritten(body);
                var event = new Event(player, body);
                S after = rules.fold(state, event);
                assertThat(rules.fold(state, event))
                        .as("fold is a function, seed %s", seed)
                        .isEqualTo(after);
                state = after;
                PLAYERS.forEach(viewer -> {
                    rules.show(event, viewer).ifPresent(GameRulesContract::checkReserved);
                    if (rules.hidesAll(player, viewer)) {
                        assertThat(rules.show(event, viewer))
                                .as("hidden from %s, seed %s", viewer, seed)
                                .isEmpty();
                    }
                });
            }
            checkWritten(rules.save(state));
            assertThat(rules.load(rules.save(state)))
                    .as("saved and loaded, seed %s", seed)
                    .isEqualTo(state);
            S now = state;
            PLAYERS.forEach(viewer -> checkView(rules.view(now, viewer)));
            checkView(rules.view(now, NOBODY));
        }
    }

    private List<JsonObject> events(Random random, S state, String player) {
        return switch (random.nextInt(12)) {
            case 0, 1 -> rules().join(state, player);
            case 2 -> rules().leave(state, player);
            default -> decided(state, player, command(random));
        };
    }

    private List<JsonObject> decided(S state, String player, JsonObject command) {
        checkTyped(command);
        return rules().decide(state, player, command) instanceof Decision.Accepted(List<JsonObject> events)
                ? events
                : List.of();
    }

    private void checkTyped(JsonObject body) {
        if (namesTypes()) {
            assertThat(body.type()).as("\"type\" of " + body).isNotEmpty();
        }
    }

    /// A plain client gets it as `{"type":"state", …view}`.
    private static void checkView(JsonObject view) {
        checkReserved(view);
        assertThat(view.fields()).doesNotContainKey("type");
    }

    private static void checkWritten(JsonObject body) {
        assertThat(JsonText.readOwn(JsonText.write(body)))
                .as("written and read again")
                .isEqualTo(body);
    }

    private static void checkReserved(JsonObject body) {
        assertThat(body.fields()).doesNotContainKey("$");
        assertThat(body.type()).doesNotStartWith("sys.").isNotIn("ping", "pong");
    }
}

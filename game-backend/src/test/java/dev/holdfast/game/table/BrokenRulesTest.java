package dev.holdfast.game.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.memory.MemoryGameLog;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.wire.ErrorCode;
import dev.holdfast.game.wire.Problem;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A fault in somebody's rules hits whom it is about, and the game goes on for the others.
class BrokenRulesTest {
    private static final GameId GAME = new GameId("g1");

    private final Replica replica = new Replica(new MemoryGameLog(InstantSource.system()), 1);
    private final List<Outcome> outcomes = new ArrayList<>();
    private Replica.Player ann;

    @BeforeEach
    void begin() {
        replica.create(GAME, "broken");
        ann = replica.seat(GAME, "ann", Optional.empty());
    }

    @Test
    void who_cannot_come_in_is_told_to_come_again() {
        Replica.Player unwelcome = replica.seat(GAME, BrokenRules.UNWELCOME, Optional.empty());

        assertThat(unwelcome.ending()).isEqualTo(Ending.UNAVAILABLE);
        assertThatTheGameGoesOn();
    }

    @Test
    void who_cannot_leave_leaves_without_a_word_to_the_others() {
        Replica.Player sticky = replica.seat(GAME, BrokenRules.STICKY, Optional.empty());
        long seq = replica.inspect(GAME).seq();

        sticky.leave();
        Replica.pass(Replica.GRACE.multipliedBy(3), replica);

        assertThat(replica.inspect(GAME).seq()).isEqualTo(seq + 1);
        assertThatTheGameGoesOn();
    }

    @Test
    void a_message_that_overflows_the_stack_is_answered() {
        replica.act(GAME, ann, JsonObject.of("type", BrokenRules.ENDLESS), outcomes::add);

        assertThat(outcomes)
                .singleElement()
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.problem())
                                .extracting(Problem::code)
                                .isEqualTo(ErrorCode.INTERNAL));
        assertThatTheGameGoesOn();
    }

    @Test
    void a_view_that_fails_for_a_spectator_is_an_answer_to_the_spectator_alone() {
        replica.act(GAME, ann, JsonObject.of("type", BrokenRules.DARK));

        assertThatThrownBy(() -> replica.inspect(GAME)).hasRootCauseMessage("nothing to be seen");
        assertThatTheGameGoesOn();
    }

    private void assertThatTheGameGoesOn() {
        assertThat(ann.ending()).isNull();
        replica.act(GAME, ann, JsonObject.of("type", "and-on"));
        assertThat(ann.shown()).endsWith("and-on");
    }
}

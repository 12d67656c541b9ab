package dev.holdfast.game.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.GameLog;
import dev.holdfast.game.log.memory.MemoryGameLog;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.wire.ErrorCode;
import dev.holdfast.game.wire.Problem;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A fault in somebody's rules hits whom it is about, and the game goes on for the others.
class BrokenRulesTest {
    private static final GameId GAME = new GameId("g1");

    private final GameLog log = new MemoryGameLog(InstantSource.system());
    private final Replica replica = new Replica(log, 1);
    private final List<Outcome> outcomes = new ArrayList<>();
    private Replica.Player ann;

    @BeforeEach
    void begin() {
        replica.create(GAME, "broken");
        ann = replica.seat(GAME, "ann", Optional.empty());
    }

    @Test
    void who_cannot_come_in_is_told_so() {
        Replica.Player unwelcome = replica.seat(GAME, BrokenRules.UNWELCOME, Optional.empty());

        assertThat(unwelcome.ending()).isEqualTo(Ending.RULES_FAILED);
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

        assertThatItWasRefused();
        assertThatTheGameGoesOn();
    }

    @ParameterizedTest
    @ValueSource(strings = {BrokenRules.COUNTLESS, BrokenRules.BOTTOMLESS})
    void an_event_that_could_not_be_read_again_is_not_written(String message) {
        long seq = replica.inspect(GAME).seq();

        replica.act(GAME, ann, JsonObject.of("type", message), outcomes::add);

        assertThatItWasRefused();
        assertThat(replica.inspect(GAME).seq()).isEqualTo(seq);
        assertThatTheGameGoesOn();
    }

    @Test
    void a_view_that_fails_for_a_spectator_is_an_answer_to_the_spectator_alone() {
        replica.act(GAME, ann, JsonObject.of("type", BrokenRules.DARK));

        assertThatThrownBy(() -> replica.inspect(GAME)).hasRootCauseMessage("nothing to be seen");
        assertThatTheGameGoesOn();
    }

    @Test
    void who_cannot_be_told_how_the_game_stands_is_told_so_and_missed() {
        Replica.Player blind = replica.seat(GAME, BrokenRules.BLIND, Optional.empty());

        assertThat(blind.ending()).isEqualTo(Ending.RULES_FAILED);
        assertThatTheGameGoesOn();
        assertThatItLeavesAfterTheGrace(BrokenRules.BLIND);
    }

    @Test
    void who_cannot_be_shown_an_event_is_told_so_and_missed() {
        Replica.Player puzzled = replica.seat(GAME, BrokenRules.PUZZLED, Optional.empty());
        assertThat(puzzled.ending()).isNull();

        assertThatTheGameGoesOn();

        assertThat(puzzled.ending()).isEqualTo(Ending.RULES_FAILED);
        assertThatItLeavesAfterTheGrace(BrokenRules.PUZZLED);
    }

    @Test
    void who_cannot_be_shown_what_was_missed_is_told_so() {
        Replica.Player puzzled = replica.seat(
                GAME, BrokenRules.PUZZLED, Optional.of(ann.welcome().head()));

        assertThat(puzzled.ending()).isEqualTo(Ending.RULES_FAILED);
        assertThatTheGameGoesOn();
    }

    @Test
    void a_message_that_its_author_cannot_be_shown_is_not_carried_out() {
        Replica.Player puzzled = replica.seat(GAME, BrokenRules.PUZZLED, Optional.empty());
        long seq = replica.inspect(GAME).seq();

        replica.act(GAME, puzzled, JsonObject.of("type", "unseen"), outcomes::add);

        assertThatItWasRefused();
        assertThat(replica.inspect(GAME).seq()).isEqualTo(seq);
        assertThatTheGameGoesOn();
    }

    @Test
    void a_game_that_cannot_be_saved_goes_on_without_a_snapshot() {
        for (int events = 0; events < 2 * Snapshots.EVENTS_PER_SNAPSHOT; events++) {
            replica.act(GAME, ann, JsonObject.of("type", BrokenRules.UNSAVED));
        }

        assertThatTheGameGoesOn();
    }

    @ParameterizedTest
    @ValueSource(strings = {BrokenRules.UNLOADED, BrokenRules.MISTAKEN})
    void a_game_whose_saved_state_would_not_load_as_it_was_is_opened_from_all_of_its_log(String event) {
        // To a place where a snapshot is due, and far enough for one to let events go
        while (replica.inspect(GAME).seq() < Tail.MAX_REPLAYED_EVENTS + 3 * Snapshots.EVENTS_PER_SNAPSHOT) {
            replica.act(GAME, ann, JsonObject.of("type", event));
        }
        Inspection before = replica.inspect(GAME);

        Inspection opened = new Replica(log, 2).inspect(GAME);

        assertThat(opened.seq()).isEqualTo(before.seq());
        assertThat(opened.view()).isEqualTo(before.view());
    }

    @Test
    void a_game_that_fails_on_what_it_has_decided_itself_is_not_said_to_be_of_another_release() {
        replica.act(GAME, ann, JsonObject.of("type", BrokenRules.FICKLE));

        assertThat(ann.ending()).isEqualTo(Ending.LOG_LOST);
        assertThat(replica.storeFailures("unreadable")).isZero();
        ann = replica.seat(GAME, "ann", Optional.empty());
        assertThatTheGameGoesOn();
    }

    private void assertThatItWasRefused() {
        assertThat(outcomes)
                .singleElement()
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.problem())
                                .extracting(Problem::code)
                                .isEqualTo(ErrorCode.INTERNAL));
    }

    private void assertThatItLeavesAfterTheGrace(String player) {
        Replica.pass(Replica.GRACE.minusSeconds(1), replica);
        assertThat(ann.shown()).endsWith("and-on");
        Replica.pass(Duration.ofSeconds(10), replica);
        assertThat(ann.shown()).endsWith("and-on", player);
    }

    private void assertThatTheGameGoesOn() {
        assertThat(ann.ending()).isNull();
        replica.act(GAME, ann, JsonObject.of("type", "and-on"));
        assertThat(ann.shown()).endsWith("and-on");
    }
}

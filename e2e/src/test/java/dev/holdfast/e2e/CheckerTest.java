package dev.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.e2e.Moment.Acked;
import dev.holdfast.e2e.Moment.Advanced;
import dev.holdfast.e2e.Moment.Based;
import dev.holdfast.e2e.Moment.Nacked;
import dev.holdfast.e2e.Moment.Saw;
import dev.holdfast.e2e.Moment.Sent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Each test changes one thing in a history that is right.
class CheckerTest {
    private static final LogEntry CREATED = note(1);
    private static final LogEntry A1 = said(2, "ann", "a.1");
    private static final LogEntry B1 = said(3, "bob", "b.1");
    private static final LogEntry A2 = said(4, "ann", "a.2");
    private static final List<LogEntry> LOG = List.of(CREATED, A1, B1, A2);

    private static final List<Moment> ANN = List.of(
            new Based(0, 1, "t1", false),
            new Sent(1, "a.1"),
            new Acked(2, "a.1", 2),
            saw(B1, Optional.of(1L)),
            new Sent(4, "a.2"),
            new Acked(5, "a.2", 4));
    private static final List<Moment> BOB = List.of(
            new Based(0, 1, "t1", false),
            saw(A1, Optional.empty()),
            new Sent(2, "b.1"),
            new Acked(3, "b.1", 3),
            saw(A2, Optional.of(2L)));

    @Test
    void a_correct_history_passes() {
        assertThat(check(LOG, ANN, BOB)).isEmpty();
    }

    @Test
    void an_ack_before_its_append_is_caught() {
        assertThat(check(List.of(CREATED, A1, B1), ANN, without(BOB, 4)))
                .containsExactly(
                        "invariant 1, game g: ann got an ack of a.2 at seq 4, but the log has no such command");
    }

    @Test
    void an_ack_of_another_seq_is_caught() {
        assertThat(check(LOG, with(ANN, 5, new Acked(5, "a.2", 5)), BOB))
                .containsExactly("invariant 1, game g: ann got an ack of a.2 at seq 5, but it is in the log at seq 4");
    }

    @Test
    void a_command_applied_twice_is_caught() {
        assertThat(check(List.of(CREATED, A1, B1, A2, said(5, "ann", "a.2")), ANN, without(BOB, 0, 1, 4)))
                .containsExactly("invariant 2, game g: command a.2 is in the log twice, at seq 4 and seq 5");
    }

    @Test
    void the_same_id_of_two_players_is_no_double() {
        assertThat(check(
                        List.of(CREATED, said(2, "ann", "1"), said(3, "bob", "1")),
                        List.of(new Sent(0, "1"), new Acked(1, "1", 2)),
                        List.of(new Sent(0, "1"), new Acked(1, "1", 3))))
                .isEmpty();
    }

    @Test
    void a_hole_in_the_log_is_caught() {
        assertThat(check(List.of(CREATED, A1, A2), without(ANN, 3), without(BOB, 2, 3)))
                .containsExactly("invariant 3, game g: the log goes on at seq 4 where seq 3 should be");
    }

    @Test
    void an_event_that_a_client_skipped_is_caught_even_if_prev_hides_it() {
        assertThat(check(LOG, ANN, with(without(BOB, 1), 3, saw(A2, Optional.of(1L)))))
                .containsExactly("invariant 4, game g: bob processed seq 4 without having seen seq 2");
    }

    @Test
    void an_event_processed_over_a_gap_is_caught_by_prev() {
        assertThat(check(LOG, ANN, without(BOB, 1)))
                .contains("invariant 4, game g: bob processed seq 4, which follows seq 2, after seq 1");
    }

    @Test
    void an_event_processed_twice_is_caught() {
        var twice = new ArrayList<>(BOB);
        twice.add(saw(A2, Optional.of(2L)));
        assertThat(check(LOG, ANN, twice)).containsExactly("invariant 4, game g: bob processed seq 4 after seq 4");
    }

    @Test
    void another_tag_or_body_than_the_logs_is_caught() {
        var forked = new Saw(9, 4, "other", Optional.of(2L), "body 4");
        assertThat(check(LOG, ANN, with(BOB, 4, forked)))
                .containsExactly("invariant 4, game g: bob saw seq 4 as other body 4, the log has t4 body 4");
        var changed = new Saw(9, 4, "t4", Optional.of(2L), "changed");
        assertThat(check(LOG, ANN, with(BOB, 4, changed)))
                .containsExactly("invariant 4, game g: bob saw seq 4 as t4 changed, the log has t4 body 4");
    }

    @Test
    void a_base_that_is_not_in_the_log_is_caught() {
        assertThat(check(LOG, with(ANN, 0, new Based(0, 1, "other", false)), BOB))
                .containsExactly("invariant 4, game g: ann began at 1.other, which the log has not");
    }

    @Test
    void a_client_that_is_told_it_has_all_without_an_event_is_caught() {
        assertThat(check(LOG, ANN, with(BOB, 4, new Advanced(9, 4))))
                .containsExactly("invariant 4, game g: bob was told it had all up to seq 4 without having seen seq 4");
    }

    @Test
    void a_reset_is_caught() {
        assertThat(check(LOG, with(ANN, 0, new Based(0, 1, "t1", true)), BOB))
                .containsExactly("invariant 4, game g: ann was told at seq 1 that it had seen another history");
    }

    @Test
    void a_command_logged_before_one_that_was_acked_before_it_was_sent_is_caught() {
        assertThat(check(
                        List.of(CREATED, said(2, "ann", "a.2"), said(3, "ann", "a.1")),
                        List.of(new Sent(1, "a.1"), new Acked(2, "a.1", 3), new Sent(3, "a.2")),
                        List.of()))
                .containsExactly("invariant 5, game g: ann sent a.2 after the ack of a.1 at seq 3, but it is in the log"
                        + " before that, at seq 2");
    }

    @Test
    void a_refused_command_that_is_in_the_log_is_caught_unless_it_was_sent_again() {
        var refused = new Nacked(5, "a.2", "illegal_move", true);
        assertThat(check(LOG, with(ANN, 5, refused), BOB))
                .containsExactly(
                        "invariant 6, game g: ann was refused a.2 (illegal_move) and did not send it again, but"
                                + " it is in the log at seq 4");
        var again = new ArrayList<>(with(ANN, 5, refused));
        again.add(new Sent(6, "a.2"));
        assertThat(check(LOG, again, BOB)).isEmpty();
    }

    @Test
    void a_live_client_that_ends_before_the_others_is_caught_and_one_that_is_away_is_not() {
        assertThat(check(LOG, ANN, without(BOB, 4)))
                .containsExactly("invariant 7, game g: bob is live and ends at seq 2 without seq 4");
        assertThat(Checker.check("g", LOG, List.of(new History("bob", "g", false, without(BOB, 4)))))
                .isEmpty();
    }

    private static List<String> check(List<LogEntry> log, List<Moment> ann, List<Moment> bob) {
        return Checker.check("g", log, List.of(new History("ann", "g", true, ann), new History("bob", "g", true, bob)));
    }

    private static LogEntry note(long seq) {
        return new LogEntry(seq, "t" + seq, Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static LogEntry said(long seq, String by, String id) {
        return new LogEntry(seq, "t" + seq, Optional.of("body " + seq), Optional.of(by), Optional.of(id));
    }

    private static Saw saw(LogEntry entry, Optional<Long> prev) {
        return new Saw(0, entry.seq(), entry.tag(), prev, entry.body().orElseThrow());
    }

    private static List<Moment> with(List<Moment> moments, int index, Moment other) {
        var changed = new ArrayList<>(moments);
        changed.set(index, other);
        return changed;
    }

    private static List<Moment> without(List<Moment> moments, Integer... indices) {
        List<Moment> rest = new ArrayList<>();
        for (int i = 0; i < moments.size(); i++) {
            if (!List.of(indices).contains(i)) {
                rest.add(moments.get(i));
            }
        }
        return rest;
    }
}

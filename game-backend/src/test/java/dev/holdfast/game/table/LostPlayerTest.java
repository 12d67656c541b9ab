package dev.holdfast.game.table;

import static dev.holdfast.game.table.Replica.GRACE;
import static dev.holdfast.game.table.Replica.pass;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.GameLog;
import dev.holdfast.game.log.ReadFailure;
import dev.holdfast.game.log.memory.MemoryGameLog;
import dev.holdfast.game.rules.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/// Ann at one replica, bob at the other, in one game: whoever is lost leaves in the end, whatever becomes of the
/// replica; nobody else does.
class LostPlayerTest {
    private static final GameId GAME = new GameId("g1");

    private final GameLog log = new MemoryGameLog(InstantSource.system());
    private final Replica one = new Replica(log, 1);
    private final Replica two = new Replica(log, 2);
    private Replica.Player ann = play(one, "ann");
    private final Replica.Player bob = play(two, "bob");

    private Replica.Player play(Replica replica, String name) {
        replica.create(GAME, "tictactoe");
        return replica.seat(GAME, name, Optional.empty());
    }

    @BeforeEach
    void both_have_been_asked_for() {
        pass(GRACE.multipliedBy(3), one, two);
        assertThat(ann.shown()).containsExactly("joined");
        assertThat(bob.shown()).isEmpty();
    }

    @Test
    void a_player_lost_at_a_replica_that_ends_within_the_grace_leaves_after_it_and_not_before() {
        ann.lose();
        pass(GRACE.dividedBy(2), one, two);
        one.kill();

        pass(GRACE.dividedBy(2).minusSeconds(1), two);
        assertThat(bob.shown()).isEmpty();
        pass(GRACE.dividedBy(2), two);

        assertThat(bob.shown()).containsExactly("left", "over");
    }

    @Test
    void a_player_who_comes_back_to_the_other_replica_stays() {
        ann.lose();
        pass(GRACE.dividedBy(2), one, two);
        one.kill();
        ann = two.seat(GAME, "ann", Optional.empty());

        pass(GRACE.multipliedBy(3), two);

        assertThat(bob.shown()).isEmpty();
    }

    @Test
    void a_player_whose_replica_is_killed_leaves_after_as_long_a_silence_as_there_was() {
        one.kill();

        pass(GRACE.multipliedBy(4), two);

        assertThat(bob.shown()).containsExactly("left", "over");
    }

    @Test
    void a_player_whose_replica_goes_in_order_is_not_asked_for_before() {
        long before = head();
        ann.move();
        one.kill();
        assertThat(head()).isEqualTo(before);

        pass(GRACE.multipliedBy(4), two);

        assertThat(bob.shown()).containsExactly("left", "over");
    }

    @Test
    void who_was_given_up_while_the_replica_had_lost_the_store_is_told_to_come_again() {
        one.log().setAway(true);
        pass(GRACE.multipliedBy(4), one, two);
        assertThat(bob.shown()).containsExactly("left", "over");
        assertThat(ann.ending()).isNull();

        one.log().setAway(false);
        pass(Duration.ofSeconds(10), one, two);

        assertThat(ann.ending()).isEqualTo(Ending.UNAVAILABLE);
    }

    @Test
    void a_player_who_leaves_while_the_table_closes_has_left_at_once() {
        var otherHistory = new ReadFailure.Diverged(GAME, Cursor.ORIGIN, Cursor.ORIGIN.next("other"));
        one.log().readNext(Mono.defer(() -> {
            ann.leave();
            return Mono.error(otherHistory);
        }));

        two.seat(GAME, "eve", Optional.empty());

        assertThat(bob.shown()).containsExactly("left", "over");
    }

    @Test
    void a_game_in_which_nobody_moves_for_a_day_gets_a_few_entries_and_loses_nobody() {
        long before = head();

        pass(Duration.ofDays(1), one, two);

        assertThat(ann.shown()).containsExactly("joined");
        assertThat(bob.shown()).isEmpty();
        // Two players, asked for and answered for after 4, 8, … 1024 minutes.
        assertThat(head() - before).isEqualTo(2 * 2 * 9);
    }

    @Test
    void a_game_that_would_miss_nobody_gets_a_few_entries_however_often_they_act() {
        var room = new GameId("room");
        Replica.Player here = one.seat(room, "ann", Optional.empty());
        two.seat(room, "bob", Optional.empty());
        long before = log.head(room).blockOptional().orElseThrow().seq();

        for (int minute = 0; minute < 60; minute++) {
            pass(GRACE, one, two);
            one.act(room, here, JsonObject.of("type", "said"));
        }

        // Asked for and answered for after 1, 2, … 32 minutes
        assertThat(log.head(room).blockOptional().orElseThrow().seq() - before).isEqualTo(60 + 2 * 2 * 6);
        assertThat(here.ending()).isNull();
    }

    @Test
    void who_is_at_a_replica_that_was_killed_is_gone_in_the_end_though_nobody_misses_them() {
        var room = new GameId("room");
        one.seat(room, "ann", Optional.empty());
        Replica.Player there = two.seat(room, "bob", Optional.empty());
        one.kill();

        pass(GRACE.multipliedBy(3), two);

        assertThat(there.presenceOf("ann")).isEqualTo(Presence.GONE);
    }

    @Test
    void who_acts_by_the_other_replica_is_online_until_gone() {
        var room = new GameId("room");
        Replica.Player here = one.seat(room, "ann", Optional.empty());
        Replica.Player there = two.seat(room, "bob", Optional.empty());
        assertThat(there.presenceOf("ann")).isEqualTo(Presence.AWAY);

        one.act(room, here, JsonObject.of("type", "said"));
        assertThat(there.presenceOf("ann")).isEqualTo(Presence.ONLINE);

        // what follows in the game from a leaving is written in the leaver's name
        ann.leave();
        assertThat(bob.shown()).containsExactly("left", "over");
        assertThat(bob.presenceOf("ann")).isEqualTo(Presence.GONE);
    }

    private long head() {
        return log.head(GAME).blockOptional().orElseThrow().seq();
    }
}

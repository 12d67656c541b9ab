package dev.holdfast.game.table;

import static dev.holdfast.game.table.Replica.GRACE;
import static dev.holdfast.game.table.Replica.pass;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.memory.MemoryGameLog;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Sinks;

/// The only process of a store: whoever has left has left, though the store did not take it at first.
class LoneProcessTest {
    private static final GameId GAME = new GameId("g1");

    private final Replica process = Replica.alone(new MemoryGameLog(InstantSource.system()), 1);
    private Replica.Player ann;
    private Replica.Player bob;

    @BeforeEach
    void play() {
        process.create(GAME, "tictactoe");
        ann = process.seat(GAME, "ann", Optional.empty());
        bob = process.seat(GAME, "bob", Optional.empty());
        assertThat(bob.shown()).isEmpty();
    }

    @Test
    void a_lost_player_whose_leaving_the_store_did_not_take_leaves_a_grace_later() {
        ann.lose();
        process.log().setAway(true);
        pass(GRACE.plusSeconds(1), process);
        process.log().setAway(false);
        assertThat(bob.shown()).isEmpty();

        pass(GRACE.plusSeconds(10), process);

        assertThat(bob.shown()).containsExactly("left", "over");
    }

    @Test
    void so_does_one_who_left_on_purpose_meanwhile() {
        process.log().setAway(true);
        ann.leave();
        pass(GRACE.dividedBy(2), process);
        process.log().setAway(false);

        pass(GRACE.plusSeconds(10), process);

        assertThat(bob.shown()).containsExactly("left", "over");
    }

    @Test
    void nobody_leaves_who_has_come_back_while_the_store_was_slow() {
        ann.lose();
        pass(GRACE.minusSeconds(1), process);
        Sinks.Empty<Void> slow = Sinks.empty();
        process.log().pauseBeforeAppend(slow.asMono());
        process.seat(GAME, "eve", Optional.empty());
        ann = process.seat(GAME, "ann", Optional.empty());
        pass(Duration.ofSeconds(2), process);

        slow.tryEmitEmpty().orThrow();
        pass(GRACE.multipliedBy(2), process);

        assertThat(ann.welcome().resume()).isEqualTo(Resume.FRESH);
        assertThat(bob.shown()).isEmpty();
    }

    @Test
    void nobody_leaves_who_is_there() {
        pass(GRACE.multipliedBy(3), process);

        assertThat(ann.ending()).isNull();
        assertThat(bob.shown()).isEmpty();
    }
}

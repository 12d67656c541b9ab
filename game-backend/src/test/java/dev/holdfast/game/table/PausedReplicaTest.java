package dev.holdfast.game.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.Page;
import dev.holdfast.game.log.memory.MemoryGameLog;
import dev.holdfast.game.rules.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Sinks;

/// A process that was paused, and wakes to what its connections had sent before they broke. Their players have gone on
/// at the other one.
class PausedReplicaTest {
    private static final GameId GAME = new GameId("g1");
    private static final JsonObject MOVE = JsonObject.of("type", "move", "cell", 4);

    private final MemoryGameLog store = new MemoryGameLog(InstantSource.system());
    private final Replica paused = new Replica(store, 1);
    private final Replica other = new Replica(store, 2);
    private final List<String> outcomes = new ArrayList<>();

    @BeforeEach
    void play() {
        other.create(GAME, "tictactoe");
    }

    @Test
    void a_command_that_was_refused_at_the_other_one_is_not_carried_out_later() {
        Replica.Player ann = other.seat(GAME, "ann", Optional.empty());
        Replica.Player before = paused.seat(GAME, "bob", Optional.empty());
        Cursor known = head();
        Sinks.One<Page> news = Sinks.one();
        paused.log().readNext(news.asMono());
        Replica.Player bob = other.seat(GAME, "bob", Optional.empty());
        other.act(GAME, bob, MOVE, outcome -> outcomes.add(outcome.label()));
        assertThat(outcomes).containsExactly("not_your_turn");
        other.act(GAME, ann, JsonObject.of("type", "move", "cell", 0));

        paused.act(GAME, before, MOVE, outcome -> outcomes.add(outcome.label()));
        before.cut();
        Page written = store.read(GAME, known).blockOptional().orElseThrow();
        news.tryEmitValue(written).orThrow();
        paused.inspect(GAME);

        assertThat(outcomes).containsExactly("not_your_turn", "unavailable");
        assertThat(head()).isEqualTo(written.events().getLast().at());
    }

    @Test
    void a_connection_that_waited_for_its_seat_does_not_take_it_from_a_newer_one() {
        paused.seat(GAME, "bob", Optional.empty());
        Sinks.Empty<Void> pause = Sinks.empty();
        paused.log().pauseBeforeAppend(pause.asMono());
        Replica.Player older = paused.seat(GAME, "ann", "older", Optional.empty());
        older.cut();
        Replica.Player newer = other.seat(GAME, "ann", "newer", Optional.empty());
        Cursor seated = newer.welcome().head();

        pause.tryEmitEmpty().orThrow();
        paused.inspect(GAME);
        other.inspect(GAME);

        assertThat(older.ending()).isEqualTo(Ending.UNAVAILABLE);
        assertThat(newer.ending()).isNull();
        assertThat(head()).isEqualTo(seated);
        assertThat(other.inspect(GAME).here()).containsExactly("ann");
    }

    @Test
    void an_end_that_was_due_during_the_pause_does_not_end_a_later_absence() {
        Replica.Player ann = paused.seat(GAME, "ann", Optional.empty());
        Replica.Player bob = other.seat(GAME, "bob", Optional.empty());
        ann.lose();
        Replica.pass(Replica.GRACE.minusSeconds(2), paused);
        Cursor known = head();
        Sinks.One<Page> news = Sinks.one();
        paused.log().readNext(news.asMono());
        other.seat(GAME, "ann", Optional.empty()).lose();
        Replica.pass(Duration.ofSeconds(3), paused);

        news.tryEmitValue(Objects.requireNonNull(store.read(GAME, known).block()))
                .orThrow();
        paused.inspect(GAME);
        Replica.pass(Replica.GRACE.minusSeconds(2), other);
        assertThat(bob.shown()).isEmpty();

        Replica.pass(Replica.GRACE, paused, other);
        assertThat(bob.shown()).containsExactly("left", "over");
    }

    @Test
    void a_refusal_that_rests_on_what_was_not_written_is_not_final() {
        Sinks.Empty<Void> pause = Sinks.empty();
        paused.log().pauseBeforeAppend(pause.asMono());
        Replica.Player first = paused.seat(GAME, "first", Optional.empty());
        Replica.Player newer = paused.dial(GAME, "ann", "newer", 2);
        Replica.Player older = paused.dial(GAME, "ann", "older", 1);
        paused.log().setAway(true);
        pause.tryEmitEmpty().orThrow();
        Replica.pass(Duration.ofSeconds(1), paused);

        assertThat(first.ending()).isNull();
        assertThat(newer.ending()).isEqualTo(Ending.UNAVAILABLE);
        assertThat(older.ending()).isEqualTo(Ending.UNAVAILABLE);
    }

    private Cursor head() {
        return Objects.requireNonNull(store.head(GAME).block());
    }
}

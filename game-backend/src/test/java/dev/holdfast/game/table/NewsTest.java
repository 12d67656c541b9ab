package dev.holdfast.game.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.memory.MemoryGameLog;
import dev.holdfast.game.rules.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/// What a table does to hear of other processes' appends when the store's word of them does not come.
class NewsTest {
    private static final GameId GAME = new GameId("g1");
    /// A sweep, and the game's own moment until the next.
    private static final Duration LOOK = Duration.ofSeconds(10);

    private final MemoryGameLog store = new MemoryGameLog(InstantSource.system());
    private final Replica here = new Replica(store, 1);
    private final Replica there = new Replica(store, 2);

    @Test
    void what_others_append_is_found_without_a_hint() {
        Replica.Player ann = here.seat(GAME, "ann", Optional.empty());
        Replica.Player bob = there.seat(GAME, "bob", Optional.empty());
        Replica.pass(LOOK, here, there);
        here.log().mute();

        there.act(GAME, bob, JsonObject.of("type", "unheard"));
        assertThat(ann.shown()).doesNotContain("unheard");
        Replica.pass(LOOK, here, there);

        assertThat(ann.shown()).contains("unheard");
    }

    @Test
    void a_slow_store_is_waited_for_in_each_game() {
        // Its moment is the last of the interval
        var late = new GameId("g400");
        Replica.Player ann = here.seat(late, "ann", Optional.empty());
        Replica.Player bob = there.seat(late, "bob", Optional.empty());
        Replica.pass(LOOK, here, there);
        here.log().mute();
        here.delayHead(Duration.ofMillis(500));

        there.act(late, bob, JsonObject.of("type", "unheard"));
        Replica.pass(LOOK.multipliedBy(3), here, there);

        assertThat(ann.shown()).contains("unheard");
    }

    @Test
    void a_read_that_fails_is_counted_and_made_up_for() {
        Replica.Player ann = here.seat(GAME, "ann", Optional.empty());
        Replica.Player bob = there.seat(GAME, "bob", Optional.empty());
        here.log().readNext(Flux.error(new IllegalStateException("the store is away")));

        there.act(GAME, bob, JsonObject.of("type", "unread"));

        assertThat(here.storeFailures("read")).isEqualTo(1);
        assertThat(ann.shown()).doesNotContain("unread");
        Replica.pass(LOOK, here, there);
        assertThat(ann.shown()).contains("unread");
    }

    @Test
    void a_game_in_which_nothing_happens_is_not_read_again() {
        here.seat(GAME, "ann", Optional.empty());
        Replica.pass(LOOK, here);
        int reads = here.log().reads();

        Replica.pass(LOOK.multipliedBy(6), here);

        assertThat(here.tables().inPlay(1)).containsExactly(GAME);
        assertThat(here.log().reads()).isEqualTo(reads);
    }
}

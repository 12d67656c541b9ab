package dev.holdfast.game.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.NewEvent;
import dev.holdfast.game.log.Page;
import dev.holdfast.game.log.ReadFailure;
import dev.holdfast.game.log.memory.MemoryGameLog;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.wire.CommandId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

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
        here.log().readNext(Mono.error(new IllegalStateException("the store is away")));

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

    @Test
    void a_hint_that_comes_while_the_table_reads_is_followed() {
        Replica.Player ann = here.seat(GAME, "ann", Optional.empty());
        Replica.Player bob = there.seat(GAME, "bob", Optional.empty());
        Cursor before = head();
        Sinks.One<Page> found = Sinks.one();
        here.log().readNext(found.asMono());

        there.act(GAME, bob, JsonObject.of("type", "first"));
        Page first = Objects.requireNonNull(store.read(GAME, before).block());
        there.act(GAME, bob, JsonObject.of("type", "second"));
        found.tryEmitValue(first).orThrow();

        assertThat(ann.shown()).endsWith("first", "second");
    }

    @Test
    void all_that_happened_elsewhere_is_read_however_many_pages_it_takes() {
        Replica.Player ann = here.seat(GAME, "ann", Optional.empty());
        Replica.Player bob = there.seat(GAME, "bob", Optional.empty());
        here.log().mute();
        var text = "x".repeat(Page.MAX_BYTES / 3);
        // Less than what makes three snapshots, with the third of which the first of these events would go
        for (int n = 0; n < 8; n++) {
            there.act(GAME, bob, JsonObject.of("type", "say-" + n, "text", text));
        }

        here.log().tell(head());
        here.inspect(GAME);

        assertThat(ann.shown()).hasSize(8).endsWith("say-7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"k\":\"novel\"}", "{\"k\":\"played\",\"by\":\"ann\",\"event\":{\"type\":\"castled\"}}"})
    void an_event_of_a_newer_release_is_counted_once_as_a_game_that_cannot_be_followed(String body) {
        here.create(GAME, "tictactoe");
        Replica.Player ann = here.seat(GAME, "ann", Optional.empty());

        var _ = store.append(GAME, head(), List.of(new NewEvent("newer", body.getBytes(StandardCharsets.UTF_8))))
                .block();
        Replica.pass(LOOK, here);

        assertThat(ann.ending()).isEqualTo(Ending.LOG_LOST);
        assertThat(here.storeFailures("unreadable")).isEqualTo(1);
    }

    @Test
    void what_a_table_appends_itself_is_not_read_again() {
        Replica.Player ann = here.seat(GAME, "ann", Optional.empty());
        Replica.Player bob = here.seat(GAME, "bob", Optional.empty());
        Replica.pass(LOOK, here);
        int reads = here.log().reads();

        for (int i = 0; i < 10; i++) {
            here.act(GAME, ann, JsonObject.of("type", "own"));
        }

        assertThat(bob.shown()).hasSize(10);
        assertThat(here.log().reads()).isEqualTo(reads);
    }

    @Test
    void a_player_who_has_seen_more_elsewhere_is_served_from_there_on() {
        Cursor seen = bobHasSeenMoreThere();

        Replica.Player bob = here.seat(GAME, "bob", Optional.of(seen));

        assertThat(bob.welcome().resume()).isEqualTo(Resume.REPLAY);
        assertThat(bob.welcome().head()).isEqualTo(seen);
    }

    @Test
    void a_player_who_has_seen_more_elsewhere_comes_again_if_that_cannot_be_read() {
        Cursor seen = bobHasSeenMoreThere();
        here.log().readNext(Mono.error(new IllegalStateException("the store is away")));

        Replica.Player bob = here.seat(GAME, "bob", Optional.of(seen));

        assertThat(bob.ending()).isEqualTo(Ending.UNAVAILABLE);
    }

    @Test
    void a_player_who_has_seen_what_is_nowhere_begins_anew_after_one_look() {
        Cursor seen = bobHasSeenMoreThere();
        int reads = here.log().reads();

        Replica.Player bob = here.seat(GAME, "bob", Optional.of(seen.next("nowhere")));
        Replica.pass(LOOK, here, there);

        assertThat(bob.welcome().resume()).isEqualTo(Resume.RESET);
        assertThat(here.log().reads()).isEqualTo(reads + 1);
    }

    @Test
    void a_command_of_one_who_has_seen_more_elsewhere_is_decided_on_that() {
        Replica.Player ann = here.seat(GAME, "ann", Optional.empty());
        Cursor seen = bobHasSeenMoreThere();
        List<Outcome> outcomes = new ArrayList<>();

        here.act(GAME, ann, Optional.of(new CommandId("a.1", seen.seq())), JsonObject.of("type", "m"), outcomes::add);

        assertThat(outcomes).containsExactly(new Outcome.Applied(seen.seq() + 1, false, Optional.of(head())));
    }

    @Test
    void a_command_that_was_meant_for_a_longer_history_is_refused_after_one_look() {
        Replica.Player ann = here.seat(GAME, "ann", Optional.empty());
        Cursor before = head();
        int reads = here.log().reads();
        List<String> outcomes = new ArrayList<>();

        here.act(
                GAME,
                ann,
                Optional.of(new CommandId("a.1", before.seq() + 1)),
                JsonObject.of("type", "meant-for-another"),
                outcome -> outcomes.add(outcome.label()));

        assertThat(outcomes).containsExactly("conflict");
        assertThat(head()).isEqualTo(before);
        assertThat(here.log().reads()).isEqualTo(reads + 1);
    }

    @Test
    void a_head_behind_what_was_read_is_looked_into_at_once() {
        here.seat(GAME, "ann", Optional.empty());
        Cursor before = head();
        here.seat(GAME, "bob", Optional.empty());
        here.log().readNext(Mono.error(new ReadFailure.Diverged(GAME, head(), before)));

        here.log().tell(before);
        here.inspect(GAME);

        assertThat(here.storeFailures("history")).isEqualTo(1);
    }

    /// Where bob got to at the other replica, while this one has heard nothing of it.
    private Cursor bobHasSeenMoreThere() {
        here.seat(GAME, "ann", Optional.empty());
        Replica.Player bob = there.seat(GAME, "bob", Optional.empty());
        here.log().mute();
        there.act(GAME, bob, JsonObject.of("type", "first"));
        there.act(GAME, bob, JsonObject.of("type", "second"));
        return head();
    }

    private Cursor head() {
        return Objects.requireNonNull(store.head(GAME).block());
    }
}

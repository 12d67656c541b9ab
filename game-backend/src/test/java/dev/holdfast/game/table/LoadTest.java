package dev.holdfast.game.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.GameLog;
import dev.holdfast.game.log.Page;
import dev.holdfast.game.log.memory.MemoryGameLog;
import dev.holdfast.game.rules.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// How a game is read from its log.
class LoadTest {
    private static final GameId GAME = new GameId("g1");

    private final GameLog log = new MemoryGameLog(InstantSource.system());
    private final Replica writer = new Replica(log, 1);

    @Test
    void a_long_log_is_read_in_few_pages_and_goes_on_where_it_ended() {
        Replica.Player ann = writer.seat(GAME, "ann", Optional.empty());
        long events = 2000;
        for (int n = 0; n < events; n++) {
            writer.act(GAME, ann, JsonObject.of("type", "say", "n", n));
        }
        var reader = new Replica(log, 2);

        Replica.Player bob = reader.seat(GAME, "bob", Optional.empty());
        int reads = reader.log().reads();
        writer.act(GAME, ann, JsonObject.of("type", "last"));

        // Before bob sits down: the game's creation and ann.
        assertThat(bob.welcome().head().seq()).isEqualTo(2 + events + 1);
        assertThat(bob.shown()).containsExactly("last");
        // The first is told where the kept log begins.
        assertThat(reads).isEqualTo(2);
    }

    @Test
    void a_log_of_long_messages_is_read_to_its_end() {
        Replica.Player ann = writer.seat(GAME, "ann", Optional.empty());
        var text = "x".repeat(Page.MAX_BYTES / 3);
        long events = 10;
        for (int n = 0; n < events; n++) {
            writer.act(GAME, ann, JsonObject.of("type", "say", "text", text));
        }
        // Before anybody sits down: that would append, and find what was not read.
        assertThat(new Replica(log, 2).inspect(GAME).seq()).isEqualTo(2 + events);
    }

    @Test
    void who_begins_a_game_that_another_has_looked_for_in_vain_meanwhile_is_let_in() {
        Sinks.Empty<Void> append = Sinks.empty();
        Sinks.One<Page> nothing = Sinks.one();
        writer.log().pauseBeforeAppend(append.asMono());
        var first = writer.tables().findOrCreate(GAME, Mono.empty()).toFuture();
        Replica.pass(Duration.ofSeconds(1), writer);
        writer.log().readNext(nothing.asMono());
        var second = writer.tables().findOrCreate(GAME, Mono.empty()).toFuture();
        Replica.pass(Duration.ofSeconds(1), writer);

        append.tryEmitEmpty().orThrow();
        Replica.pass(Duration.ofSeconds(1), writer);
        nothing.tryEmitValue(new Page(List.of())).orThrow();
        Replica.pass(Duration.ofSeconds(1), writer);

        assertThat(first).isCompleted();
        assertThat(second).isCompletedWithValue(first.join());
    }

    @Test
    void a_game_that_was_created_while_another_looked_for_it_in_vain_is_found() {
        Sinks.One<Page> nothing = Sinks.one();
        writer.log().readNext(nothing.asMono());
        var early = writer.tables().find(GAME).toFuture();
        Replica.pass(Duration.ofSeconds(1), writer);
        writer.create(GAME, "relay");
        var created = writer.tables().findCreated(GAME).toFuture();
        Replica.pass(Duration.ofSeconds(1), writer);

        nothing.tryEmitValue(new Page(List.of())).orThrow();
        Replica.pass(Duration.ofSeconds(1), writer);

        assertThat(early).isCompletedWithValue(null);
        assertThat(created.join().id()).isEqualTo(GAME);
    }
}

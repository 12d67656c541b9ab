package dev.holdfast.game.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.StoredEvent;
import dev.holdfast.game.log.memory.MemoryGameLog;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.wire.Entry;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TailTest {
    @Test
    void what_nobody_is_shown_does_not_count_as_missed() {
        var tail = new Tail(Cursor.ORIGIN);
        var played = new Entry.Played("ann", Optional.empty(), JsonObject.of("type", "say"));
        var seated = new Entry.Seated("bob", "session", Optional.empty(), Optional.empty());
        Cursor first = add(tail, played, 1);

        Cursor second = add(tail, seated, 3 * Tail.MAX_REPLAYED_EVENTS);
        assertThat(tail.judge(Cursor.ORIGIN)).isEqualTo(Resume.REPLAY);

        add(tail, played, Tail.MAX_REPLAYED_EVENTS);
        assertThat(tail.judge(Cursor.ORIGIN)).isEqualTo(Resume.SNAPSHOT);
        assertThat(tail.judge(first)).isEqualTo(Resume.REPLAY);

        add(tail, played, Tail.MAX_REPLAYED_EVENTS);
        assertThat(tail.judge(second)).isEqualTo(Resume.SNAPSHOT);
    }

    private static Cursor add(Tail tail, Entry entry, int times) {
        for (int n = 0; n < times; n++) {
            tail.add(new StoredEvent(tail.head().next("tag"), entry.encode()));
        }
        return tail.head();
    }

    @Test
    void a_player_who_missed_only_how_others_came_is_not_set_back() {
        var replica = new Replica(new MemoryGameLog(InstantSource.system()), 1);
        var game = new GameId("g");
        Replica.Player ann = replica.seat(game, "ann", Optional.empty());
        Replica.Player bob = replica.seat(game, "bob", Optional.empty());
        replica.act(game, bob, JsonObject.of("type", "before"));
        for (int n = 0; n < 2 * Tail.MAX_REPLAYED_EVENTS; n++) {
            replica.seat(game, "bob", "session-" + n, Optional.empty());
        }

        Replica.Player again =
                replica.seat(game, "ann", Optional.of(ann.welcome().head()));

        assertThat(again.welcome().resume()).isEqualTo(Resume.REPLAY);
        assertThat(again.welcome().replay())
                .singleElement()
                .satisfies(shown -> assertThat(shown.body()).isPresent());
    }

    @Test
    void a_message_longer_than_all_that_is_replayed_is_kept_until_another_takes_its_place() {
        var tail = new Tail(Cursor.ORIGIN);
        Cursor first = Cursor.ORIGIN.next("aaaaaaaa");
        Cursor second = first.next("bbbbbbbb");
        Cursor third = second.next("cccccccc");

        tail.add(new StoredEvent(first, new byte[3 * Tail.MAX_REPLAYED_BYTES]));
        tail.add(new StoredEvent(second, new byte[1]));
        assertThat(tail.judge(Cursor.ORIGIN)).isEqualTo(Resume.SNAPSHOT);
        assertThat(tail.judge(first)).isEqualTo(Resume.REPLAY);

        tail.add(new StoredEvent(third, new byte[Tail.MAX_REPLAYED_BYTES]));
        assertThat(tail.judge(first)).isEqualTo(Resume.SNAPSHOT);
        assertThat(tail.judge(second)).isEqualTo(Resume.REPLAY);
        assertThat(tail.after(second)).hasSize(1);
    }
}

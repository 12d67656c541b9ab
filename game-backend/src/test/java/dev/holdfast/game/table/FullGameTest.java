package dev.holdfast.game.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.NewEvent;
import dev.holdfast.game.log.memory.MemoryGameLog;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.wire.Entry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A game that has had as many players as it remembers.
class FullGameTest {
    private static final GameId GAME = new GameId("g1");

    private final MemoryGameLog log = new MemoryGameLog(InstantSource.system());

    @Test
    void a_newcomer_gets_the_seat_of_who_left_first_without_having_done_anything() {
        List<Entry> entries = comeAll();
        entries.add(said("p1"));
        for (int n = 2; n < Usher.MAX_SEATS; n++) {
            entries.add(left("p" + n));
        }
        entries.add(left("p1"));
        Replica replica = replica(entries);

        Replica.Player first = replica.seat(GAME, "newcomer-1", Optional.empty());
        Replica.Player second = replica.seat(GAME, "newcomer-2", Optional.empty());

        assertThat(Stream.of(first, second).map(Replica.Player::ending)).containsOnlyNulls();
        assertThat(since(entries.size()))
                .containsExactly(
                        came("newcomer-1"), new Entry.Forgotten("p2"), came("newcomer-2"), new Entry.Forgotten("p3"));
    }

    @Test
    void nobody_who_is_there_or_has_done_anything_loses_a_seat() {
        List<Entry> entries = comeAll();
        for (int n = 1; n < Usher.MAX_SEATS / 2; n++) {
            entries.add(said("p" + n));
            entries.add(left("p" + n));
        }
        Replica replica = replica(entries);

        Replica.Player newcomer = replica.seat(GAME, "newcomer", Optional.empty());
        Replica.Player again = replica.seat(GAME, "p1", Optional.empty());

        assertThat(newcomer.ending()).isEqualTo(Ending.GAME_FULL);
        assertThat(again.ending()).isNull();
        assertThat(since(entries.size())).containsExactly(came("p1"));
    }

    private static List<Entry> comeAll() {
        var entries = new ArrayList<Entry>(List.of(new Entry.Created("relay", 1)));
        for (int n = 0; n < Usher.MAX_SEATS; n++) {
            entries.add(came("p" + n));
        }
        return entries;
    }

    private static Entry came(String player) {
        return new Entry.Seated(player, "session-of-" + player, Optional.empty(), Optional.empty());
    }

    private static Entry said(String player) {
        return new Entry.Played(player, Optional.empty(), JsonObject.of("type", "said"));
    }

    private static Entry left(String player) {
        return new Entry.Left(player, "session-of-" + player);
    }

    private Replica replica(List<Entry> entries) {
        List<NewEvent> events = entries.stream()
                .map(entry -> new NewEvent("tag", entry.encode()))
                .toList();
        var _ = log.append(GAME, Cursor.ORIGIN, events).subscribe();
        return Replica.alone(log, 1);
    }

    private List<Entry> since(long seq) {
        var entries = new ArrayList<Entry>();
        var _ = log.read(GAME, new Cursor(seq, "tag"))
                .subscribe(page -> page.events().forEach(event -> entries.add(Entry.decode(event.body()))));
        return entries;
    }
}

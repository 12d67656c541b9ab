package dev.holdfast.game.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.StoredEvent;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.rules.Play;
import dev.holdfast.game.rules.relay.RelayRules;
import dev.holdfast.game.wire.Entry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LookbackTest {
    /// Nothing that can be read as JSON, as a proof that it was not.
    private static final byte[] UNREADABLE =
            "{\"k\":\"played\",\"by\":\"ann\",\"event\":".getBytes(StandardCharsets.UTF_8);

    private final Lookback lookback = new Lookback(Play.start(new RelayRules()), "ann");
    private final Cursor first = Cursor.ORIGIN.next("tag");
    private final Cursor second = first.next("tag");
    private final List<StoredEvent> events = List.of(
            new StoredEvent(first, new Entry.Played("bob", Optional.of("b.1"), JsonObject.of("type", "said")).encode()),
            new StoredEvent(second, UNREADABLE),
            new StoredEvent(second.next("tag"), UNREADABLE));

    @Test
    void what_rules_hide_from_a_player_whatever_it_is_need_not_be_read_to_find_the_last_event_shown() {
        assertThat(lookback.lastShown(events)).isEqualTo(first.seq());
        assertThat(lookback.readBytes()).isEqualTo(events.getFirst().body().length);
    }

    @Test
    void nor_is_it_read_for_a_replay() {
        List<Shown> replay = lookback.replay(events, 0);

        assertThat(replay).extracting(shown -> shown.body().isPresent()).containsExactly(true, false, false);
        assertThat(replay).extracting(Shown::prev).containsExactly(0L, first.seq(), first.seq());
        assertThat(lookback.readBytes()).isEqualTo(events.getFirst().body().length);
    }
}

package dev.holdfast.game.log.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.GameLog;
import dev.holdfast.game.log.GameLogContract;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryGameLogTest extends GameLogContract {
    private static final long RETENTION = GameLog.RETENTION.toMillis();

    private final AtomicLong nowMillis = new AtomicLong();
    private final MemoryGameLog log = new MemoryGameLog(() -> Instant.ofEpochMilli(nowMillis.get()));

    @Override
    protected GameLog log() {
        return log;
    }

    @Test
    void a_game_expires_when_nothing_happens_for_so_long() {
        Cursor head = append(Cursor.ORIGIN, "a", "b");
        nowMillis.set(RETENTION - 1);
        assertThat(await(log.head(game))).isEqualTo(head);
        append(head, "c");
        nowMillis.set(2 * RETENTION - 2);
        assertThat(await(log.head(game)).seq()).isEqualTo(3);

        nowMillis.set(2 * RETENTION - 1);

        assertThat(await(log.head(game))).isEqualTo(Cursor.ORIGIN);
    }

    @Test
    void a_game_that_was_made_and_not_used_expires_sooner() {
        append(Cursor.ORIGIN, "a");
        nowMillis.set(GameLog.UNUSED_RETENTION.toMillis() - 1);
        assertThat(await(log.head(game)).seq()).isEqualTo(1);

        nowMillis.set(GameLog.UNUSED_RETENTION.toMillis());

        assertThat(await(log.head(game))).isEqualTo(Cursor.ORIGIN);
    }

    @Test
    void an_append_wakes_the_listeners_of_its_game_alone_until_they_leave() {
        List<Cursor> first = new ArrayList<>();
        List<Cursor> second = new ArrayList<>();
        List<Cursor> other = new ArrayList<>();
        var leaving = log.hints(game).subscribe(first::add);
        var staying = log.hints(game).subscribe(second::add);
        var elsewhere = log.hints(new GameId("other")).subscribe(other::add);

        Cursor one = append(Cursor.ORIGIN, "a");
        leaving.dispose();
        Cursor two = append(one, "b");

        assertThat(first).containsExactly(one);
        assertThat(second).containsExactly(one, two);
        assertThat(other).isEmpty();
        staying.dispose();
        elsewhere.dispose();
    }
}

package dev.holdfast.game.log.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameLog;
import dev.holdfast.game.log.GameLogContract;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryGameLogTest extends GameLogContract {
    private final AtomicLong nowMillis = new AtomicLong();
    private final MemoryGameLog log = new MemoryGameLog(() -> Instant.ofEpochMilli(nowMillis.get()));

    @Override
    protected GameLog log() {
        return log;
    }

    @Test
    void a_game_expires_when_nothing_happens_for_so_long() {
        Cursor head = append(Cursor.ORIGIN, "a");
        log.expire(game, Duration.ofMillis(100)).block();
        nowMillis.set(99);
        assertThat(await(log.head(game))).isEqualTo(head);
        append(head, "b");
        nowMillis.set(198);
        assertThat(await(log.head(game)).seq()).isEqualTo(2);

        nowMillis.set(199);

        assertThat(await(log.head(game))).isEqualTo(Cursor.ORIGIN);
    }
}

package dev.holdfast.game.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.memory.MemoryGameLog;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnusedGameTest {
    private static final GameId GAME = new GameId("g1");

    private final Replica replica = new Replica(new MemoryGameLog(InstantSource.system()), 1);

    @Test
    void a_game_in_a_shared_log_is_let_go_a_while_after_its_last_player_has_left() {
        Replica.Player ann = replica.seat(GAME, "ann", Optional.empty());
        Replica.pass(Replica.GRACE.multipliedBy(3), replica);
        assertThat(replica.tables().inPlay(1)).containsExactly(GAME);

        ann.lose();
        Replica.pass(Replica.GRACE.multipliedBy(3), replica);

        assertThat(replica.tables().inPlay(1)).isEmpty();
    }
}

package dev.holdfast.game.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.memory.MemoryGameLog;
import dev.holdfast.game.rules.JsonObject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A table whose appends come too late, each time.
class OvertakenTest {
    private static final GameId GAME = new GameId("g1");

    /// As docs/storage.md has it.
    private static final int ATTEMPTS = 8;

    private final Replica replica = new Replica(new MemoryGameLog(InstantSource.system()), 1);
    private final List<String> outcomes = new ArrayList<>();
    private Replica.Player ann;

    @BeforeEach
    void play() {
        replica.create(GAME, "relay");
        ann = replica.seat(GAME, "ann", Optional.empty());
    }

    @Test
    void a_command_is_given_up_after_some_attempts_and_the_next_one_has_as_many() {
        int before = replica.log().appends();
        replica.log().setOvertaken(true);
        act(1);
        assertThat(outcomes).containsExactly("unavailable");
        assertThat(replica.log().appends() - before).isEqualTo(ATTEMPTS);

        act(2);
        assertThat(outcomes).containsExactly("unavailable", "unavailable");
        assertThat(replica.log().appends() - before).isEqualTo(2 * ATTEMPTS);

        replica.log().setOvertaken(false);
        act(3);
        assertThat(outcomes).containsExactly("unavailable", "unavailable", "applied");
        assertThat(replica.log().appends() - before).isEqualTo(2 * ATTEMPTS + 1);
    }

    private void act(int n) {
        replica.act(GAME, ann, JsonObject.of("n", n), outcome -> outcomes.add(outcome.label()));
    }
}

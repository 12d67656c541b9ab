package dev.holdfast.game.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.memory.MemoryGameLog;
import dev.holdfast.game.rules.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TailBudgetTest {
    private static final int MAX_BYTES = 1 << 20;
    private static final int ROOMS = 40;
    private static final int MESSAGES = 20;
    private static final String TEXT = "x".repeat(10_000);
    private static final Duration SWEEP = Duration.ofSeconds(5);

    private final TailBudget budget = new TailBudget(MAX_BYTES);
    private final Replica replica = new Replica(new MemoryGameLog(InstantSource.system()), 1, budget);
    private final List<GameId> rooms = new ArrayList<>();

    @Test
    void many_rooms_with_long_messages_keep_to_the_budget_and_one_alone_uses_it() {
        fillRooms();
        // All of them together: eight times the budget.
        assertThat(budget.heldBytes()).isLessThan(2L * MAX_BYTES);

        Replica.pass(SWEEP, replica);

        assertThat(budget.heldBytes()).isLessThanOrEqualTo(MAX_BYTES).isGreaterThan(MAX_BYTES / 3);
    }

    @Test
    void a_client_is_given_what_it_missed_if_that_is_still_there_and_else_told_that_it_is_not() {
        fillRooms();
        Replica.pass(SWEEP, replica);
        GameId room = rooms.getLast();
        Replica.Player reader = replica.seat(room, "reader", Optional.empty());
        Cursor before = reader.welcome().head();
        Replica.Player writer = replica.seat(room, "writer", Optional.empty());
        replica.act(room, writer, JsonObject.of("type", "short"));

        reader = replica.seat(room, "reader", Optional.of(before));
        assertThat(reader.welcome().resume()).isEqualTo(Resume.REPLAY);
        assertThat(reader.welcome().replay())
                .extracting(event -> event.body().orElseThrow().body().type())
                .containsExactly("short");
        for (int n = 0; n < MESSAGES; n++) {
            replica.act(room, writer, JsonObject.of("type", "long", "text", TEXT));
        }

        reader = replica.seat(room, "reader", Optional.of(before));
        assertThat(reader.welcome().resume()).isEqualTo(Resume.SNAPSHOT);
        assertThat(reader.welcome().replay()).isEmpty();
    }

    @Test
    void a_game_that_is_let_go_gives_back_its_part() {
        var room = new GameId("room");
        Replica.Player player = replica.seat(room, "p1", Optional.empty());
        replica.act(room, player, JsonObject.of("type", "long", "text", TEXT));
        assertThat(budget.heldBytes()).isGreaterThan(TEXT.length());

        player.lose();
        Replica.pass(Replica.GRACE.multipliedBy(3), replica);

        assertThat(replica.tables().inPlay(1)).isEmpty();
        assertThat(budget.heldBytes()).isZero();
    }

    private void fillRooms() {
        List<Replica.Player> players = new ArrayList<>();
        for (int i = 0; i < ROOMS; i++) {
            rooms.add(new GameId("room-" + i));
            players.add(replica.seat(rooms.getLast(), "p1", Optional.empty()));
        }
        for (int n = 0; n < MESSAGES; n++) {
            for (int i = 0; i < ROOMS; i++) {
                replica.act(rooms.get(i), players.get(i), JsonObject.of("type", "long", "text", TEXT));
            }
        }
    }
}

package dev.holdfast.game.table;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.memory.MemoryGameLog;
import dev.holdfast.game.rules.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class OutageTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.holdfast.game.table");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    private final MemoryGameLog store = new MemoryGameLog(InstantSource.system());
    private final Replica replica = new Replica(store, 1);
    private final List<GameId> games = List.of(new GameId("g1"), new GameId("g2"), new GameId("g3"));

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(lines);
    }

    @Test
    void a_store_that_is_away_is_a_line_for_all_games_and_another_when_it_is_back() {
        List<Replica.Player> players = games.stream()
                .map(game -> replica.seat(game, "ann", Optional.empty()))
                .toList();
        replica.log().setAway(true);

        for (int n = 0; n < games.size(); n++) {
            replica.act(games.get(n), players.get(n), JsonObject.of("type", "lost"));
        }
        Replica.pass(Outage.QUIET.multipliedBy(3), replica);
        replica.seat(new GameId("g4"), "bob", Optional.empty());

        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "the store fails: an append of game g1: java.lang.IllegalStateException: the store is away;"
                                + " further failures are counted in holdfast_store_failures_total");
        lines.list.clear();
        int failures = (int) (replica.storeFailures("append") + replica.storeFailures("read"));
        replica.log().setAway(false);

        Replica.pass(Outage.QUIET.multipliedBy(3), replica);
        replica.act(games.getFirst(), players.getFirst(), JsonObject.of("type", "again"));

        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("the store does what it is asked for again, after " + failures + " failures");
    }

    @Test
    void a_failure_now_and_then_is_one_outage() {
        Replica.Player ann = replica.seat(games.getFirst(), "ann", Optional.empty());

        for (int n = 0; n < 5; n++) {
            replica.log().setAway(true);
            replica.act(games.getFirst(), ann, JsonObject.of("type", "lost"));
            replica.log().setAway(false);
            Replica.pass(Outage.QUIET.dividedBy(2), replica);
            replica.act(games.getFirst(), ann, JsonObject.of("type", "kept"));
        }

        assertThat(lines.list).hasSize(1);
    }

    /// As docs/operations.md says.
    @Test
    void it_is_over_when_nothing_has_failed_for_ten_seconds() {
        Replica.Player ann = replica.seat(games.getFirst(), "ann", Optional.empty());
        replica.log().setAway(true);
        replica.act(games.getFirst(), ann, JsonObject.of("type", "lost"));
        replica.log().setAway(false);

        Replica.pass(Duration.ofSeconds(9), replica);
        replica.act(games.getFirst(), ann, JsonObject.of("type", "kept"));
        assertThat(lines.list).hasSize(1);
        Replica.pass(Duration.ofSeconds(1), replica);
        replica.act(games.getFirst(), ann, JsonObject.of("type", "kept"));
        assertThat(lines.list).hasSize(2);
    }

    @Test
    void that_it_is_over_is_seen_where_nobody_does_anything_too() {
        Replica other = new Replica(store, 2);
        Replica.Player ann = replica.seat(games.getFirst(), "ann", Optional.empty());
        Replica.Player bob = other.seat(games.getFirst(), "bob", Optional.empty());
        replica.log().setAway(true);
        replica.act(games.getFirst(), ann, JsonObject.of("type", "lost"));
        replica.log().setAway(false);

        Replica.pass(Outage.QUIET, replica, other);
        other.act(games.getFirst(), bob, JsonObject.of("type", "elsewhere"));
        Replica.pass(Outage.QUIET, replica, other);

        assertThat(ann.shown()).contains("elsewhere");
        assertThat(lines.list).hasSize(2);
    }
}

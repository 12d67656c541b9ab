package dev.holdfast.game.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.GameLog;
import dev.holdfast.game.log.NewEvent;
import dev.holdfast.game.log.Page;
import dev.holdfast.game.log.ReadFailure.Truncated;
import dev.holdfast.game.log.memory.MemoryGameLog;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.wire.Entry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/// What is kept of a game's log.
class SnapshotsTest {
    private static final GameId GAME = new GameId("g1");
    private static final String LONG = "x".repeat(60_000);

    private final GameLog log = new MemoryGameLog(InstantSource.system());
    private final Replica replica = new Replica(log, 1);

    @Test
    void of_long_messages_as_much_is_kept_as_is_replayed_and_what_came_since_the_last_snapshot_but_one() {
        Replica.Player ann = replica.seat(GAME, "ann", Optional.empty());
        for (int n = 0; n < 200; n++) {
            replica.act(GAME, ann, JsonObject.of("type", "say", "text", LONG));
            assertThat(keptBytes()).isLessThan(7 * Tail.MAX_REPLAYED_BYTES / 2);
        }
        assertThat(keptBytes()).isGreaterThan(2 * Tail.MAX_REPLAYED_BYTES);
    }

    @Test
    void a_process_that_opens_a_game_later_replays_as_much_as_one_that_has_had_it_open() {
        Cursor since = replica.seat(GAME, "ann", Optional.empty()).welcome().head();
        Replica.Player bob = replica.seat(GAME, "bob", Optional.empty());
        for (int n = 0; n < Tail.MAX_REPLAYED_EVENTS; n++) {
            replica.act(GAME, bob, JsonObject.of("type", "say"));
            replica.seat(GAME, "carol", "session-" + n, Optional.empty());
        }

        for (Replica each : List.of(replica, new Replica(log, 2))) {
            Welcome welcome = each.seat(GAME, "ann", Optional.of(since)).welcome();
            assertThat(welcome.resume()).isEqualTo(Resume.REPLAY);
            assertThat(welcome.replay()).hasSize(Tail.MAX_REPLAYED_EVENTS);
        }
        replica.act(GAME, bob, JsonObject.of("type", "one-too-many"));
        for (Replica each : List.of(replica, new Replica(log, 2))) {
            assertThat(each.seat(GAME, "ann", Optional.of(since)).welcome().resume())
                    .isEqualTo(Resume.SNAPSHOT);
        }
    }

    @Test
    void a_process_without_memory_for_tails_leaves_the_log_to_those_that_have_some() {
        var poor = new Replica(log, 1, new TailBudget(0));
        Replica.Player ann = poor.seat(GAME, "ann", Optional.empty());
        Cursor since = ann.welcome().head();
        for (int n = 0; n < 2 * Tail.MAX_REPLAYED_EVENTS; n++) {
            poor.act(GAME, ann, JsonObject.of("type", "say"));
            if (n == Tail.MAX_REPLAYED_EVENTS) {
                since = poor.seat(GAME, "ann", Optional.empty()).welcome().head();
            }
        }

        assertThat(poor.seat(GAME, "ann", Optional.of(since)).welcome().resume())
                .isEqualTo(Resume.SNAPSHOT);
        assertThat(new Replica(log, 2)
                        .seat(GAME, "ann", Optional.of(since))
                        .welcome()
                        .resume())
                .isEqualTo(Resume.REPLAY);
    }

    @Test
    void a_process_that_has_yet_to_read_what_another_has_written_finds_all_of_it() {
        var other = new Replica(log, 2);
        other.log().mute();
        Replica.Player bob = other.seat(GAME, "bob", Optional.empty());
        Replica.Player ann = replica.seat(GAME, "ann", Optional.empty());
        int perSnapshot = Snapshots.BYTES_PER_SNAPSHOT / LONG.length() + 1;
        for (int n = 0; n < 3 * perSnapshot + 2; n++) {
            replica.act(GAME, ann, JsonObject.of("type", "say", "text", LONG));
            if (n == perSnapshot + 1) {
                Replica.pass(Duration.ofSeconds(10), other);
            }
        }

        Replica.pass(Duration.ofSeconds(10), other);

        assertThat(bob.ending()).isNull();
        assertThat(bob.shown()).hasSize(3 * perSnapshot + 2);
    }

    @Test
    void a_large_state_is_not_kept_again_before_as_much_has_happened() {
        Replica.Player ann = seatInLargeState();
        Set<Cursor> kept = new HashSet<>();
        for (int n = 0; n < 100; n++) {
            replica.act(GAME, ann, JsonObject.of("type", "say", "text", LONG));
            kept.add(log.snapshot(GAME).blockOptional().orElseThrow().at());
        }

        assertThat(kept).hasSizeBetween(2, 3);
    }

    @Test
    void nor_is_one_kept_again_for_few_bytes() {
        Replica.Player ann = seatInLargeState();
        Set<Cursor> kept = new HashSet<>();
        for (int n = 0; n < 3 * Snapshots.EVENTS_PER_SNAPSHOT; n++) {
            replica.act(GAME, ann, JsonObject.of("type", "say"));
            kept.add(log.snapshot(GAME).blockOptional().orElseThrow().at());
        }

        assertThat(kept).hasSize(1);
    }

    @Test
    void a_log_with_too_much_behind_its_snapshot_gets_another_with_the_first_event() {
        var played = new Entry.Played("ann", Optional.empty(), JsonObject.of("type", "say", "text", LONG));
        replica.create(GAME, "relay");
        Cursor head = head();
        for (int n = 0; n < 100; n++) {
            head = log.append(GAME, head, List.of(new NewEvent("tag", played.encode())))
                    .blockOptional()
                    .orElseThrow()
                    .head();
        }

        replica.seat(GAME, "ann", Optional.empty());

        assertThat(log.snapshot(GAME).blockOptional().orElseThrow().at()).isEqualTo(head());
        assertThat(new Replica(log, 2).inspect(GAME).seq()).isEqualTo(head().seq());
    }

    private Replica.Player seatInLargeState() {
        replica.create(GAME, "relay");
        // Some 2.3 MB of seats
        List<NewEvent> seats = IntStream.range(0, 4_000)
                .mapToObj(n -> new Entry.Seated("p" + n, "s".repeat(500), Optional.empty(), Optional.empty()))
                .map(seated -> new NewEvent("tag", seated.encode()))
                .toList();
        var _ = log.append(GAME, head(), seats).block();
        return replica.seat(GAME, "ann", Optional.empty());
    }

    private Cursor head() {
        return log.head(GAME).blockOptional().orElseThrow();
    }

    private long keptBytes() {
        Cursor at = start();
        long bytes = 0;
        Page page;
        do {
            page = log.read(GAME, at).blockOptional().orElseThrow();
            bytes += page.events().stream()
                    .mapToLong(event -> event.body().length)
                    .sum();
            at = page.events().isEmpty() ? at : page.events().getLast().at();
        } while (page.isFull());
        return bytes;
    }

    private Cursor start() {
        return log.read(GAME, Cursor.ORIGIN)
                .map(_ -> Cursor.ORIGIN)
                .onErrorResume(Truncated.class, truncated -> Mono.just(truncated.oldest()))
                .blockOptional()
                .orElseThrow();
    }
}

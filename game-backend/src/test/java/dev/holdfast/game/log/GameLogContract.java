package dev.holdfast.game.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.holdfast.game.log.AppendResult.Appended;
import dev.holdfast.game.log.AppendResult.Conflict;
import dev.holdfast.game.log.ReadFailure.Diverged;
import dev.holdfast.game.log.ReadFailure.Truncated;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// What every adapter promises.
public abstract class GameLogContract {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    /// More than any adapter keeps connections.
    private static final int MANY_READS = 8;

    private static final int TRIMMED = 300;
    private static final int KEPT = 500;

    private static int games;

    protected final GameId game = new GameId("contract-" + games++);

    protected abstract GameLog log();

    @Test
    void a_game_that_nobody_began_has_neither_events_nor_a_snapshot() {
        assertThat(await(log().head(game))).isEqualTo(Cursor.ORIGIN);
        assertThat(read(Cursor.ORIGIN)).isEmpty();
        assertThat(log().snapshot(game).blockOptional(DEADLINE)).isEmpty();
    }

    @Test
    void a_batch_is_appended_in_order_and_read_back() {
        Cursor head = append(Cursor.ORIGIN, "a", "b", "c");

        assertThat(head).isEqualTo(new Cursor(3, "tag-c"));
        assertThat(await(log().head(game))).isEqualTo(head);
        assertThat(read(Cursor.ORIGIN))
                .extracting(StoredEvent::at)
                .containsExactly(new Cursor(1, "tag-a"), new Cursor(2, "tag-b"), new Cursor(3, "tag-c"));
        assertThat(read(Cursor.ORIGIN))
                .extracting(event -> new String(event.body(), StandardCharsets.UTF_8))
                .containsExactly("a", "b", "c");
    }

    @Test
    void a_body_comes_back_byte_for_byte() {
        byte[] body = new byte[256];
        IntStream.range(0, 256).forEach(i -> body[i] = (byte) i);

        await(log().append(game, Cursor.ORIGIN, List.of(new NewEvent("t", body))));

        assertThat(read(Cursor.ORIGIN).getFirst().body()).isEqualTo(body);
    }

    @Test
    void reading_begins_after_the_cursor_and_ends_with_the_log() {
        append(Cursor.ORIGIN, "a", "b", "c", "d");

        Page page = await(log().read(game, new Cursor(2, "tag-b")));

        assertThat(page.events())
                .extracting(StoredEvent::at)
                .containsExactly(new Cursor(3, "tag-c"), new Cursor(4, "tag-d"));
        assertThat(page.isFull()).isFalse();
        assertThat(read(new Cursor(4, "tag-d"))).isEmpty();
    }

    @Test
    void a_page_has_so_many_events_and_the_next_goes_on_after_it() {
        append(Cursor.ORIGIN, numbers(Page.MAX_EVENTS + 1));

        Page first = await(log().read(game, Cursor.ORIGIN));
        Page second = await(log().read(game, first.events().getLast().at()));

        assertThat(first.events()).hasSize(Page.MAX_EVENTS);
        assertThat(first.isFull()).isTrue();
        assertThat(second.events()).extracting(event -> event.at().seq()).containsExactly(Page.MAX_EVENTS + 1L);
        assertThat(second.isFull()).isFalse();
    }

    @Test
    void a_page_ends_with_the_event_that_makes_it_long_enough() {
        var half = new byte[Page.MAX_BYTES / 2];
        List<NewEvent> batch = List.of(
                new NewEvent("half", half),
                new NewEvent("short", new byte[1]),
                new NewEvent("other-half", half),
                new NewEvent("too-long", new byte[Page.MAX_BYTES + 1]),
                new NewEvent("last", new byte[1]));
        await(log().append(game, Cursor.ORIGIN, batch));

        Cursor at = Cursor.ORIGIN;
        for (List<String> expected :
                List.of(List.of("half", "short", "other-half"), List.of("too-long"), List.of("last"))) {
            Page page = await(log().read(game, at));
            assertThat(page.events()).extracting(event -> event.at().tag()).containsExactlyElementsOf(expected);
            assertThat(page.isFull()).isNotEqualTo(expected.contains("last"));
            at = page.events().getLast().at();
        }
    }

    private static String[] numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toArray(String[]::new);
    }

    @Test
    void an_append_at_another_place_than_the_head_conflicts_and_changes_nothing() {
        Cursor head = append(Cursor.ORIGIN, "a", "b");

        assertThat(await(log().append(game, Cursor.ORIGIN, events("x")))).isEqualTo(new Conflict(head));
        assertThat(await(log().append(game, new Cursor(1, "tag-a"), events("x"))))
                .isEqualTo(new Conflict(head));
        assertThat(await(log().append(game, new Cursor(2, "tag-z"), events("x"))))
                .isEqualTo(new Conflict(head));
        assertThat(await(log().append(game, new Cursor(3, "tag-c"), events("x"))))
                .isEqualTo(new Conflict(head));
        assertThat(await(log().head(game))).isEqualTo(head);
        assertThat(read(Cursor.ORIGIN)).hasSize(2);
    }

    @Test
    void an_append_repeated_after_its_answer_was_lost_succeeds_without_doubling() {
        append(Cursor.ORIGIN, "a", "b");

        assertThat(await(log().append(game, Cursor.ORIGIN, events("a", "b"))))
                .isEqualTo(new Appended(new Cursor(2, "tag-b")));
        assertThat(read(Cursor.ORIGIN)).hasSize(2);
    }

    @Test
    void of_appends_at_the_same_place_exactly_one_succeeds() {
        List<AppendResult> results = await(Flux.range(0, 32)
                .flatMap(n -> log().append(game, Cursor.ORIGIN, events("writer-" + n)), 32)
                .collectList());

        assertThat(results).filteredOn(Appended.class::isInstance).hasSize(1);
        assertThat(read(Cursor.ORIGIN)).hasSize(1);
    }

    @Test
    void games_do_not_touch_each_other() {
        var other = new GameId(game.value() + "-other");
        append(Cursor.ORIGIN, "a");

        assertThat(await(log().head(other))).isEqualTo(Cursor.ORIGIN);
        await(log().append(other, Cursor.ORIGIN, events("z")));

        assertThat(read(Cursor.ORIGIN)).extracting(event -> event.at().tag()).containsExactly("tag-a");
    }

    @Test
    void a_cursor_of_another_history_is_told_from_ours() {
        Cursor head = append(Cursor.ORIGIN, "a", "b");

        expectDiverged(new Cursor(2, "tag-z"), head);
        expectDiverged(new Cursor(1, "tag-z"), head);
        expectDiverged(new Cursor(3, "tag-c"), head);
        assertThatThrownBy(() -> await(log().read(new GameId("nowhere"), new Cursor(1, "x"))))
                .isInstanceOf(Diverged.class);
    }

    private void expectDiverged(Cursor after, Cursor head) {
        assertThatThrownBy(() -> read(after))
                .isInstanceOfSatisfying(
                        Diverged.class, diverged -> assertThat(diverged.head()).isEqualTo(head));
    }

    @Test
    void a_snapshot_is_kept_and_a_newer_one_replaces_it_but_no_older_one() {
        append(Cursor.ORIGIN, "a", "b", "c");

        snapshot(new Cursor(2, "tag-b"), "two");
        assertThat(snapshotState()).isEqualTo("two");
        snapshot(new Cursor(3, "tag-c"), "three");
        snapshot(new Cursor(1, "tag-a"), "one");

        assertThat(snapshotState()).isEqualTo("three");
        assertThat(await(log().snapshot(game)).at()).isEqualTo(new Cursor(3, "tag-c"));
    }

    @Test
    void a_snapshot_of_another_history_is_not_kept() {
        append(Cursor.ORIGIN, "a", "b", "c");
        snapshot(new Cursor(2, "tag-b"), "two");

        snapshot(new Cursor(3, "tag-z"), "other");
        snapshot(new Cursor(4, "tag-d"), "ahead");

        assertThat(snapshotState()).isEqualTo("two");
    }

    @Test
    void events_are_let_go_up_to_the_one_that_a_snapshot_names() {
        Cursor head = trimmed();

        expectStart(new Cursor(TRIMMED, "tag-" + TRIMMED));
        assertThat(read(new Cursor(TRIMMED, "tag-" + TRIMMED))).hasSize(KEPT);
        expectDiverged(new Cursor(TRIMMED, "tag-z"), head);
        assertThat(append(head, "next").seq()).isEqualTo(head.seq() + 1);
    }

    @Test
    void none_are_let_go_that_a_snapshot_lacks_nor_without_a_snapshot() {
        Cursor head = append(Cursor.ORIGIN, "a", "b", "c", "d");
        snapshot(new Cursor(2, "tag-z"), "other", 2);
        assertThat(read(Cursor.ORIGIN)).hasSize(4);

        snapshot(new Cursor(2, "tag-b"), "two", 3);
        expectStart(new Cursor(2, "tag-b"));
        snapshot(new Cursor(2, "tag-b"), "two", 4);
        snapshot(new Cursor(1, "tag-a"), "one", 4);
        expectStart(new Cursor(2, "tag-b"));
        assertThat(read(new Cursor(2, "tag-b"))).hasSize(2);

        snapshot(head, "four", head.seq());
        expectStart(head);
        assertThat(read(head)).isEmpty();
        assertThat(append(head, "next").seq()).isEqualTo(head.seq() + 1);
        assertThat(read(head)).hasSize(1);
    }

    private void expectStart(Cursor start) {
        assertThatThrownBy(() -> read(Cursor.ORIGIN))
                .isInstanceOfSatisfying(
                        Truncated.class,
                        truncated -> assertThat(truncated.oldest()).isEqualTo(start));
    }

    @Test
    void a_read_sees_every_append_before_it_however_many_reads_have_failed() {
        Cursor head = trimmed();
        for (int i = 0; i < MANY_READS; i++) {
            assertThatThrownBy(() -> read(Cursor.ORIGIN)).isInstanceOf(Truncated.class);
            expectDiverged(new Cursor(head.seq(), "tag-z"), head);
        }
        var other = new GameId(game.value() + "-other");

        Cursor next = append(head, "next");
        Cursor first =
                await(log().append(other, Cursor.ORIGIN, events("first"))).head();

        for (int i = 0; i < MANY_READS; i++) {
            assertThat(read(head)).extracting(StoredEvent::at).containsExactly(next);
            assertThat(await(log().head(other))).isEqualTo(first);
        }
    }

    /// A game whose first events have been let go.
    protected final Cursor trimmed() {
        String[] bodies = IntStream.rangeClosed(1, TRIMMED + KEPT)
                .mapToObj(Integer::toString)
                .toArray(String[]::new);
        Cursor head = append(Cursor.ORIGIN, bodies);
        snapshot(head, "all", TRIMMED);
        return head;
    }

    @Test
    void listeners_are_woken_by_an_append_to_their_game() {
        assumeThat(log().isShared()).isTrue();
        Mono<Cursor> hint = log().hints(game).next().cache();
        var listening = hint.subscribe();
        Cursor head = Cursor.ORIGIN;
        for (int i = 0; !listening.isDisposed() && i < 1000; i++) {
            head = append(head, "event-" + i);
        }

        assertThat(Objects.requireNonNull(hint.block(DEADLINE)).seq()).isBetween(1L, head.seq());
    }

    protected final Cursor append(Cursor expected, String... bodies) {
        AppendResult result = await(log().append(game, expected, events(bodies)));
        assertThat(result).isInstanceOf(Appended.class);
        return result.head();
    }

    protected static List<NewEvent> events(String... bodies) {
        return Arrays.stream(bodies)
                .map(body -> new NewEvent("tag-" + body, body.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    protected final List<StoredEvent> read(Cursor after) {
        return await(log().read(game, after)).events();
    }

    /// Lets no event go.
    protected final void snapshot(Cursor at, String state) {
        snapshot(at, state, 0);
    }

    private void snapshot(Cursor at, String state, long trimUpTo) {
        log().snapshot(game, at, state.getBytes(StandardCharsets.UTF_8), trimUpTo)
                .block(DEADLINE);
    }

    protected final String snapshotState() {
        return new String(await(log().snapshot(game)).state(), StandardCharsets.UTF_8);
    }

    protected static <T> T await(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(DEADLINE));
    }
}

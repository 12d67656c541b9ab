package dev.holdfast.game.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.game.rules.Decision;
import dev.holdfast.game.rules.Event;
import dev.holdfast.game.rules.GameRules;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.rules.RulesBook;
import dev.holdfast.game.rules.connectfour.ConnectFourRules;
import dev.holdfast.game.rules.relay.RelayRules;
import dev.holdfast.game.rules.rps.RpsRules;
import dev.holdfast.game.rules.tictactoe.TicTacToeRules;
import dev.holdfast.game.wire.Attempt;
import dev.holdfast.game.wire.Entry;
import dev.holdfast.game.wire.JsonText;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Invariant 8 of docs/storage.md: the fold of the log is the state of every replica, and a snapshot with what came
/// after it as well.
class GameStateTest {
    private static final RulesBook BOOK =
            new RulesBook(List.of(new RelayRules(), new TicTacToeRules(), new ConnectFourRules(), new RpsRules()));
    private static final List<String> PLAYERS = List.of("ann", "bob", "eve");
    // Enough for each seat to forget its oldest command ids.
    private static final int STEPS = 2000;

    static Stream<Arguments> games() {
        return BOOK.names().stream()
                .flatMap(name -> LongStream.rangeClosed(1, 5).mapToObj(seed -> Arguments.of(name, seed)));
    }

    @ParameterizedTest
    @MethodSource("games")
    void a_fold_from_any_snapshot_on_is_the_fold_of_the_whole_log(String name, long seed) {
        var random = new Random(seed);
        List<Entry> log = randomLog(BOOK.find(name).orElseThrow(), random);
        int middle = random.nextInt(log.size());
        var whole = new GameState(BOOK);
        fold(whole, log, 0, log.size());

        var first = new GameState(BOOK);
        fold(first, log, 0, middle);
        GameState second = GameState.load(BOOK, first.save());
        fold(second, log, middle, log.size());

        assertThat(saved(second)).isEqualTo(saved(whole));
        assertThat(saved(GameState.load(BOOK, whole.save()))).isEqualTo(saved(whole));
    }

    @Test
    void of_many_seats_only_the_newest_command_ids_are_remembered_and_a_retry_of_others_is_known_to_be_too_old() {
        List<Entry> log = new ArrayList<>(List.of(new Entry.Created("relay", 1)));
        int commands = GameState.REMEMBERED_EVENTS + 2 * Snapshots.EVENTS_PER_SNAPSHOT;
        for (int n = 0; n < commands; n++) {
            log.add(new Entry.Noted("player-" + n % 1000, "c." + n));
        }
        log.add(new Entry.Noted("late", "c.late"));
        var whole = new GameState(BOOK);
        fold(whole, log, 0, log.size());

        int remembered = saved(whole).object("ids").orElseThrow().fields().values().stream()
                .mapToInt(own ->
                        ((JsonObject) own).object("seqs").orElseThrow().fields().size())
                .sum();
        assertThat(remembered)
                .isBetween(
                        GameState.REMEMBERED_EVENTS, GameState.REMEMBERED_EVENTS + Snapshots.EVENTS_PER_SNAPSHOT - 1);
        assertThat(whole.appliedAt("player-0", "c.0")).isEmpty();
        assertThat(whole.forgottenUpTo("player-0")).isEqualTo(2);
        assertThat(whole.appliedAt("player-999", "c.999")).hasValue(1001);
        assertThat(whole.forgottenUpTo("player-999")).isZero();
        assertThat(whole.forgottenUpTo("late")).isZero();

        int middle = GameState.REMEMBERED_EVENTS + 100;
        var first = new GameState(BOOK);
        fold(first, log, 0, middle);
        GameState second = GameState.load(BOOK, first.save());
        fold(second, log, middle, log.size());
        assertThat(saved(second)).isEqualTo(saved(whole));
    }

    @Test
    void a_state_with_fields_that_the_rules_do_not_save_is_not_loaded_and_one_that_lacks_some_is() {
        var state = new GameState(BOOK);
        fold(state, randomLog(BOOK.find("rps").orElseThrow(), new Random(1)), 0, 1);
        JsonObject saved = saved(state);
        JsonObject play = saved.object("state").orElseThrow();

        assertThat(saved(load(saved, play.without("winner")))).isEqualTo(saved);
        assertThatThrownBy(() -> load(saved, play.with("bonus", 1).with("seed", 2)))
                .hasMessage(
                        "a snapshot with bonus, seed, which the rules rps do not save; a newer game-backend may have"
                                + " written it");
    }

    @Test
    void a_state_that_is_nested_too_deep_to_be_loaded_is_not_saved() {
        var book = new RulesBook(List.of(new NestedRules()));
        var state = new GameState(book);
        state.apply(1, new Entry.Created("nested", 1));
        state.apply(2, new Entry.Played("ann", Optional.empty(), JsonObject.of("type", "deep", "depth", 79)));
        assertThat(GameState.load(book, state.save()).play()).isEqualTo(state.play());

        state.apply(3, new Entry.Played("ann", Optional.empty(), JsonObject.of("type", "deep", "depth", 80)));
        assertThatThrownBy(state::save).hasMessageContaining("nested too deep");
    }

    @Test
    void a_draft_has_no_seat_that_it_has_given_up_and_its_original_has_it_still() {
        var state = new GameState(BOOK);
        fold(
                state,
                List.of(
                        new Entry.Created("relay", 1),
                        new Entry.Seated("ann", "a", Optional.empty(), Optional.empty()),
                        new Entry.Seated("bob", "b", Optional.empty(), Optional.empty()),
                        new Entry.Left("bob", "b"),
                        new Entry.Left("ann", "a")),
                0,
                5);
        GameState draft = state.draft();

        assertThat(draft.longestUnused()).contains("bob");
        draft.apply(6, new Entry.Forgotten("bob"));

        assertThat(draft.longestUnused()).contains("ann");
        assertThat(draft.seat("bob")).isEmpty();
        assertThat(draft.seatCount()).isEqualTo(1);
        draft.apply(7, new Entry.Seated("bob", "b", Optional.empty(), Optional.empty()));
        assertThat(draft.seat("bob")).isPresent();
        assertThat(draft.seatCount()).isEqualTo(2);
        assertThat(GameState.load(BOOK, state.save()).longestUnused()).contains("bob");
    }

    @Test
    void a_state_may_be_saved_in_any_order() {
        JsonObject other = JsonObject.of("items", List.of(JsonObject.of("b", 2), JsonObject.of("a", 1)));
        var bag = (GameRules<?>) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {GameRules.class},
                (_, method, _) -> switch (method.getName()) {
                    case "name" -> "bag";
                    case "version" -> 1;
                    case "save" -> other;
                    default -> "state";
                });
        JsonObject saved =
                JsonObject.of("rules", "bag", "version", 1, "seats", JsonObject.EMPTY, "ids", JsonObject.EMPTY);
        JsonObject one = JsonObject.of("items", List.of(JsonObject.of("a", 1), JsonObject.of("b", 2)));
        JsonObject more = JsonObject.of("items", List.of(JsonObject.of("a", 1, "c", 3)));
        var book = new RulesBook(List.of(bag));

        assertThat(GameState.load(book, JsonText.write(saved.with("state", one)))
                        .seatCount())
                .isZero();
        assertThatThrownBy(() -> GameState.load(book, JsonText.write(saved.with("state", more))))
                .hasMessageContaining("items[].c");
    }

    private static GameState load(JsonObject saved, JsonObject play) {
        return GameState.load(BOOK, JsonText.write(saved.with("state", play)));
    }

    private static JsonObject saved(GameState state) {
        return JsonText.readObject(state.save());
    }

    // As another process reads it.
    private static void fold(GameState state, List<Entry> log, int from, int to) {
        for (int i = from; i < to; i++) {
            state.apply(i + 1L, Entry.decode(log.get(i).encode()));
        }
    }

    private static List<Entry> randomLog(GameRules<?> rules, Random random) {
        var state = new GameState(BOOK);
        List<Entry> log = new ArrayList<>();
        append(log, state, new Entry.Created(rules.name(), rules.version()));
        for (int step = 0; step < STEPS; step++) {
            String player = PLAYERS.get(random.nextInt(PLAYERS.size()));
            String session = "session-" + random.nextInt(3);
            switch (random.nextInt(20)) {
                case 0 -> {
                    Optional<String> claim = random.nextBoolean() ? Optional.of("hash-" + step) : Optional.empty();
                    Optional<Attempt> attempt =
                            random.nextBoolean() ? Optional.of(new Attempt("client", step)) : Optional.empty();
                    append(log, state, new Entry.Seated(player, session, attempt, claim));
                    play(log, state, player, Optional.empty(), state.play().join(player));
                }
                case 1 -> append(log, state, new Entry.Doubted(player, session));
                case 2 -> {
                    append(log, state, new Entry.Left(player, session));
                    play(log, state, player, Optional.empty(), state.play().leave(player));
                }
                default -> {
                    String id = random.nextBoolean() ? "gw:" + session + "." + step : "own." + step;
                    if (state.play().decide(player, command(random)) instanceof Decision.Accepted(var events)) {
                        play(log, state, player, Optional.of(id), events);
                    }
                }
            }
        }
        return log;
    }

    private static void play(
            List<Entry> log, GameState state, String player, Optional<String> id, List<JsonObject> events) {
        for (int i = 0; i < events.size(); i++) {
            boolean isLast = i == events.size() - 1;
            append(log, state, new Entry.Played(player, isLast ? id : Optional.empty(), events.get(i)));
        }
        if (events.isEmpty()) {
            id.ifPresent(noted -> append(log, state, new Entry.Noted(player, noted)));
        }
    }

    private static void append(List<Entry> log, GameState state, Entry entry) {
        log.add(entry);
        state.apply(log.size(), entry);
    }

    private static JsonObject command(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> JsonObject.of("type", "move", "cell", random.nextInt(9));
            case 1 -> JsonObject.of("type", "drop", "column", random.nextInt(7));
            case 2 ->
                JsonObject.of(
                        "type",
                        "choose",
                        "hand",
                        List.of("rock", "paper", "scissors").get(random.nextInt(3)));
            default -> JsonObject.of("type", "say", "n", random.nextInt(1000));
        };
    }

    /// The state is how deep it is saved.
    private static final class NestedRules implements GameRules<Integer> {
        @Override
        public String name() {
            return "nested";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public Integer initial() {
            return 1;
        }

        @Override
        public Decision decide(Integer state, String player, JsonObject command) {
            return Decision.accept(command);
        }

        @Override
        public Integer fold(Integer state, Event event) {
            return event.body().integer("depth").orElseThrow();
        }

        @Override
        public JsonObject view(Integer state, String player) {
            return JsonObject.of("type", "state");
        }

        @Override
        public JsonObject save(Integer state) {
            JsonObject saved = JsonObject.of("in", 0);
            for (int depth = 1; depth < state; depth++) {
                saved = JsonObject.of("in", saved);
            }
            return saved;
        }

        @Override
        public Integer load(JsonObject saved) {
            return 1 + saved.object("in").map(this::load).orElse(0);
        }
    }
}

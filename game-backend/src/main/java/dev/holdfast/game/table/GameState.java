package dev.holdfast.game.table;

import dev.holdfast.game.rules.Event;
import dev.holdfast.game.rules.GameRules;
import dev.holdfast.game.rules.Json;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.rules.Play;
import dev.holdfast.game.rules.RulesBook;
import dev.holdfast.game.seat.Seat;
import dev.holdfast.game.wire.Attempt;
import dev.holdfast.game.wire.Entry;
import dev.holdfast.game.wire.JsonText;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The fold of a game's log: the rules' state, the seats and the command ids already applied. Changed by [#apply] only,
/// on the table's thread.
///
/// A [#draft()] looks like its original and takes what is only decided, not yet durable; throwing it away undoes that.
final class GameState {
    /// Command ids older than this many events are forgotten, so that those of thousands of seats fit into the memory
    /// and into a snapshot. An event has one at most.
    static final int REMEMBERED_EVENTS = 20_000;

    private final RulesBook book;
    private final @Nullable GameState original;
    private @Nullable Play<?> play;
    /// Those who have left stand in the order in which they did.
    private final Map<String, Seat> seats = new LinkedHashMap<>();
    /// Seats of the original that this draft has not.
    private final Set<String> forgotten = new HashSet<>();
    private final Map<String, RecentIds> ids = new HashMap<>();

    GameState(RulesBook book) {
        this(book, null);
    }

    private GameState(RulesBook book, @Nullable GameState original) {
        this.book = book;
        this.original = original;
        this.play = original == null ? null : original.play;
    }

    GameState draft() {
        return new GameState(book, this);
    }

    Play<?> play() {
        if (play == null) {
            throw new IllegalStateException("a game whose log does not begin with its creation");
        }
        return play;
    }

    Optional<Seat> seat(String player) {
        Seat seat = seats.get(player);
        if (seat != null || original == null || forgotten.contains(player)) {
            return Optional.ofNullable(seat);
        }
        return original.seat(player);
    }

    /// At most too many by those whom a draft has seated again.
    int seatCount() {
        return seats.size() + (original == null ? 0 : original.seatCount() - forgotten.size());
    }

    /// Whose seat nobody misses: of the players who have left without ever having done anything, and without the rules
    /// having done anything for them when they came or left, the one who left first.
    Optional<String> longestUnused() {
        Map<String, Seat> all = original == null ? seats : original.seats;
        return all.keySet().stream()
                .filter(player -> seat(player)
                        .filter(seat -> !seat.isPresent() && !seat.hasActed())
                        .isPresent())
                .findFirst();
    }

    /// Where a command has been applied, if it is one of the seat's last [RecentIds#CAPACITY] and of the game's last
    /// [#REMEMBERED_EVENTS].
    OptionalLong appliedAt(String player, String id) {
        RecentIds own = ids.get(player);
        OptionalLong seq = own == null ? OptionalLong.empty() : own.find(id);
        return seq.isPresent() || original == null ? seq : original.appliedAt(player, id);
    }

    /// Every id of the seat that was applied after this event is still remembered.
    long forgottenUpTo(String player) {
        RecentIds own = ids.get(player);
        long forgotten = own == null ? 0 : own.forgottenUpTo();
        return original == null ? forgotten : Math.max(forgotten, original.forgottenUpTo(player));
    }

    /// The number of the session's last message that was applied, 0 if none is remembered.
    long lastGatewayNumber(String player, String session) {
        RecentIds own = ids.get(player);
        long number = own == null ? 0 : own.lastGatewayNumber(session);
        return original == null ? number : Math.max(number, original.lastGatewayNumber(player, session));
    }

    /// Connections that hold a seat, by player.
    Map<String, String> presentSessions() {
        var present = new HashMap<String, String>();
        seats.forEach((player, seat) -> {
            if (seat.isPresent()) {
                present.put(player, seat.session());
            }
        });
        return present;
    }

    void apply(long seq, Entry entry) {
        switch (entry) {
            case Entry.Created(String rules, int version) -> play = Play.start(rules(rules, version));
            case Entry.Played(String by, Optional<String> command, var event) -> {
                play = play().fold(new Event(by, event));
                acted(by);
                command.ifPresent(id -> remember(by, id, seq));
            }
            case Entry.Noted(String by, String command) -> {
                acted(by);
                remember(by, command, seq);
            }
            case Entry.Seated(String player, String session, Optional<Attempt> attempt, Optional<String> claim) ->
                seats.put(
                        player,
                        seat(player)
                                .map(seat -> seat.take(session, attempt, claim))
                                .orElseGet(() -> Seat.first(session, attempt, claim)));
            case Entry.Doubted(String player, String _) ->
                seat(player).map(Seat::doubt).ifPresent(seat -> seats.put(player, seat));
            case Entry.Left(String player, String _) ->
                seat(player).map(Seat::leave).ifPresent(seat -> {
                    seats.remove(player);
                    seats.put(player, seat);
                });
            case Entry.Forgotten(String player) -> {
                seats.remove(player);
                if (original != null) {
                    forgotten.add(player);
                }
            }
        }
        // At numbers of the log, so that all who fold it remember the same
        if (seq % Snapshots.EVENTS_PER_SNAPSHOT == 0) {
            ids.values().forEach(own -> own.forgetUpTo(seq - REMEMBERED_EVENTS));
        }
    }

    /// All of it as JSON, for [#load]. Throws if the rules would not load the same state from it: the events behind a
    /// snapshot are let go, so nothing could make up for that.
    byte[] save() {
        var savedSeats = new LinkedHashMap<String, Json>();
        seats.forEach((player, seat) -> savedSeats.put(player, seat.save()));
        var savedIds = new LinkedHashMap<String, Json>();
        ids.forEach((player, recent) -> savedIds.put(player, recent.save()));
        GameRules<?> rules = play().rules();
        JsonObject savedPlay = play().save();
        if (!Play.load(rules, JsonText.readOwn(JsonText.write(savedPlay))).equals(play())) {
            throw new IllegalStateException("rules " + rules.name() + " load another state than they have saved");
        }
        if (!JsonText.isReadableAgain(savedPlay)) {
            throw new IllegalStateException(
                    "rules " + rules.name() + " have saved what is nested too deep to be loaded");
        }
        return JsonText.write(JsonObject.of(
                "rules",
                rules.name(),
                "version",
                rules.version(),
                "state",
                savedPlay,
                "seats",
                new JsonObject(savedSeats),
                "ids",
                new JsonObject(savedIds)));
    }

    /// Throws if this release would lose what another has saved: a state with fields that it does not know, as they
    /// would be missing from the next snapshot. Fields that are missing are the rules' own affair.
    static GameState load(RulesBook book, byte[] saved) {
        JsonObject json = JsonText.readOwn(saved);
        var state = new GameState(book);
        GameRules<?> rules = state.rules(
                json.text("rules").orElseThrow(), json.integer("version").orElseThrow());
        JsonObject savedPlay = json.object("state").orElseThrow();
        state.play = Play.load(rules, savedPlay);
        Set<String> unknown = paths(savedPlay);
        unknown.removeAll(paths(state.play.save()));
        if (!unknown.isEmpty()) {
            throw new IllegalStateException("a snapshot with " + String.join(", ", unknown) + ", which the rules "
                    + rules.name() + " do not save; a newer game-backend may have written it");
        }
        json.object("seats")
                .orElseThrow()
                .fields()
                .forEach((player, seat) -> state.seats.put(player, Seat.load((JsonObject) seat)));
        json.object("ids")
                .orElseThrow()
                .fields()
                .forEach((player, recent) -> state.ids.put(player, RecentIds.load((JsonObject) recent)));
        return state;
    }

    /// Where there are fields, like `players[].name`. The items of an array are taken together, as a set may be
    /// saved in any order.
    private static Set<String> paths(JsonObject json) {
        var paths = new TreeSet<String>();
        collect("", json, paths);
        return paths;
    }

    private static void collect(String path, Json json, Set<String> into) {
        switch (json) {
            case JsonObject(Map<String, Json> fields) ->
                fields.forEach((name, value) -> {
                    String field = path.isEmpty() ? name : path + "." + name;
                    into.add(field);
                    collect(field, value, into);
                });
            case Json.Array(List<Json> items) -> items.forEach(item -> collect(path + "[]", item, into));
            default -> {}
        }
    }

    private void acted(String player) {
        seat(player).filter(seat -> !seat.hasActed()).ifPresent(seat -> seats.put(player, seat.act()));
    }

    private void remember(String player, String id, long seq) {
        ids.computeIfAbsent(player, _ -> new RecentIds()).add(id, seq);
    }

    private GameRules<?> rules(String name, int version) {
        GameRules<?> rules = book.find(name)
                .orElseThrow(() -> new IllegalStateException(
                        "rules " + name + " in a log (expected: one of " + String.join(", ", book.names()) + ")"));
        if (rules.version() != version) {
            throw new IllegalStateException("rules " + name + "/" + version + " in a log (expected: " + name + "/"
                    + rules.version() + "; finish such games with the release that began them)");
        }
        return rules;
    }
}

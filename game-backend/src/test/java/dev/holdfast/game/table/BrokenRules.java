package dev.holdfast.game.table;

import dev.holdfast.game.rules.Decision;
import dev.holdfast.game.rules.Event;
import dev.holdfast.game.rules.GameRules;
import dev.holdfast.game.rules.Json;
import dev.holdfast.game.rules.JsonObject;
import java.util.List;
import java.util.Optional;

/// Rules with a fault for each occasion; whatever else is said to them is shown to everybody.
final class BrokenRules implements GameRules<String> {
    /// Cannot come in.
    static final String UNWELCOME = "unwelcome";
    /// Cannot leave.
    static final String STICKY = "sticky";
    /// Cannot be told how the game stands.
    static final String BLIND = "blind";
    /// Cannot be shown what happens.
    static final String PUZZLED = "puzzled";
    /// A message that no stack is deep enough for.
    static final String ENDLESS = "endless";
    /// A message from which follows a number that is none.
    static final String COUNTLESS = "countless";
    /// A message from which an event follows that can be written but not be read again.
    static final String BOTTOMLESS = "bottomless";
    /// An event after which nobody can watch.
    static final String DARK = "dark";
    /// An event after which the game cannot be saved.
    static final String UNSAVED = "unsaved";
    /// An event after which the game can be saved but not loaded.
    static final String UNLOADED = "unloaded";
    /// An event after which the game is loaded as another one.
    static final String MISTAKEN = "mistaken";

    /// An event that can be folded twice, when it is decided on, and then no more.
    static final String FICKLE = "fickle";

    private static final int FOLDS_OF_A_DECISION = 2;

    private int fickleFolds;

    @Override
    public String name() {
        return "broken";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public String initial() {
        return "";
    }

    @Override
    public List<JsonObject> join(String state, String player) {
        failFor(player, UNWELCOME);
        return List.of(JsonObject.of("type", player));
    }

    @Override
    public List<JsonObject> leave(String state, String player) {
        failFor(player, STICKY);
        return List.of(JsonObject.of("type", player));
    }

    private static void failFor(String player, String broken) {
        if (player.equals(broken)) {
            throw new IllegalStateException("broken for " + player);
        }
    }

    @Override
    public Decision decide(String state, String player, JsonObject command) {
        if (command.type().equals(ENDLESS)) {
            throw new StackOverflowError();
        }
        if (command.type().equals(COUNTLESS)) {
            return Decision.accept(command.with("n", new Json.Numeral(Double.toString(Double.NaN))));
        }
        if (command.type().equals(BOTTOMLESS)) {
            Json deep = Json.of(List.of());
            for (int depth = 0; depth < 100; depth++) {
                deep = Json.of(List.of(deep));
            }
            return Decision.accept(JsonObject.of("type", "said"), command.with("deep", deep));
        }
        return new Decision.Accepted(List.of(command));
    }

    @Override
    public String fold(String state, Event event) {
        if (event.body().type().equals(FICKLE) && fickleFolds++ == FOLDS_OF_A_DECISION) {
            throw new IllegalStateException("folded once too often");
        }
        return event.body().type();
    }

    @Override
    public JsonObject view(String state, String player) {
        if (state.equals(DARK) && player.isEmpty()) {
            throw new IllegalStateException("nothing to be seen");
        }
        failFor(player, BLIND);
        return JsonObject.of("last", state);
    }

    @Override
    public Optional<JsonObject> show(Event event, String player) {
        failFor(player, PUZZLED);
        return Optional.of(event.body());
    }

    @Override
    public JsonObject save(String state) {
        failFor(state, UNSAVED);
        return JsonObject.of("last", state);
    }

    @Override
    public String load(JsonObject saved) {
        String last = saved.text("last").orElseThrow();
        failFor(last, UNLOADED);
        return last.equals(MISTAKEN) ? "" : last;
    }
}

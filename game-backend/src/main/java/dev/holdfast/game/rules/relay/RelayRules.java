package dev.holdfast.game.rules.relay;

import dev.holdfast.game.rules.Decision;
import dev.holdfast.game.rules.Event;
import dev.holdfast.game.rules.GameRules;
import dev.holdfast.game.rules.JsonObject;
import java.util.Optional;

/// Every message of a player goes to all other players of the game, in order and with nothing added. The sender does
/// not get it back, there is no state, and nobody is a spectator.
public final class RelayRules implements GameRules<RelayRules.Nothing> {
    /// The state of a game that remembers nothing.
    public enum Nothing {
        NOTHING
    }

    @Override
    public String name() {
        return "relay";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public Nothing initial() {
        return Nothing.NOTHING;
    }

    @Override
    public Decision decide(Nothing state, String player, JsonObject command) {
        return Decision.accept(command);
    }

    @Override
    public Nothing fold(Nothing state, Event event) {
        return state;
    }

    @Override
    public JsonObject view(Nothing state, String player) {
        return JsonObject.EMPTY;
    }

    @Override
    public Optional<JsonObject> show(Event event, String player) {
        return hidesAll(event.by(), player) ? Optional.empty() : Optional.of(event.body());
    }

    @Override
    public boolean hidesAll(String by, String player) {
        return by.equals(player);
    }

    @Override
    public JsonObject save(Nothing state) {
        return JsonObject.EMPTY;
    }

    @Override
    public Nothing load(JsonObject saved) {
        return Nothing.NOTHING;
    }
}

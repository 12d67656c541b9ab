package dev.holdfast.game.rules;

import java.util.List;
import java.util.Optional;

/// Rules together with a state of theirs, so that others need not know the state's type. Immutable.
public record Play<S>(GameRules<S> rules, S state) {
    public static <S> Play<S> start(GameRules<S> rules) {
        return new Play<>(rules, rules.initial());
    }

    public static <S> Play<S> load(GameRules<S> rules, JsonObject saved) {
        return new Play<>(rules, rules.load(saved));
    }

    public List<JsonObject> join(String player) {
        return rules.join(state, player);
    }

    public List<JsonObject> leave(String player) {
        return rules.leave(state, player);
    }

    public Decision decide(String player, JsonObject command) {
        return rules.decide(state, player, command);
    }

    public Play<S> fold(Event event) {
        return new Play<>(rules, rules.fold(state, event));
    }

    public JsonObject view(String player) {
        return rules.view(state, player);
    }

    public Optional<JsonObject> show(Event event, String player) {
        return rules.show(event, player);
    }

    public boolean hidesAll(String by, String player) {
        return rules.hidesAll(by, player);
    }

    public JsonObject save() {
        return rules.save(state);
    }
}

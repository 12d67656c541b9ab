package dev.holdfast.game.session;

import dev.holdfast.game.rules.Decision;
import dev.holdfast.game.rules.Event;
import dev.holdfast.game.rules.GameRules;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.rules.RulesBook;

/// Every command is an event, and the state is the last one's type. What players see of it is the test's affair.
abstract class EchoRules implements GameRules<String> {
    @Override
    public String name() {
        return RulesBook.DEFAULT;
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
    public Decision decide(String state, String player, JsonObject command) {
        return Decision.accept(command);
    }

    @Override
    public String fold(String state, Event event) {
        return event.body().type();
    }

    @Override
    public JsonObject save(String state) {
        return JsonObject.of("last", state);
    }

    @Override
    public String load(JsonObject saved) {
        return saved.text("last").orElseThrow();
    }
}

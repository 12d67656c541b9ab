package dev.holdfast.game.rules;

import java.util.List;

/// The answer to a command: what happens, or why nothing does.
public sealed interface Decision {
    /// All of the events happen, in order, or none does.
    record Accepted(List<JsonObject> events) implements Decision {
        public Accepted {
            events = List.copyOf(events);
        }
    }

    record Refused(Refusal refusal) implements Decision {}

    static Decision accept(JsonObject... events) {
        return new Accepted(List.of(events));
    }

    static Decision refuse(Refusal.Reason reason, String message) {
        return new Refused(new Refusal(reason, message));
    }
}

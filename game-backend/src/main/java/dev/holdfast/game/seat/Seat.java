package dev.holdfast.game.seat;

import dev.holdfast.game.rules.JsonObject;
import java.util.ArrayList;
import java.util.List;

/// One player's place in a game, as folded from the log. Immutable.
///
/// @param session the connection that holds the seat, or held it last
/// @param present whether the player has not left
/// @param replaced connections that lost the seat to a newer one, latest last; a late re-dial of theirs is turned away
public record Seat(String session, boolean present, List<String> replaced) {
    private static final int REMEMBERED_REPLACED = 8;

    public Seat {
        replaced = List.copyOf(replaced);
    }

    public static Seat first(String session) {
        return new Seat(session, true, List.of());
    }

    public Seat take(String newer) {
        if (newer.equals(session)) {
            return new Seat(session, true, replaced);
        }
        var older = new ArrayList<>(replaced);
        older.add(session);
        int forget = Math.max(0, older.size() - REMEMBERED_REPLACED);
        return new Seat(newer, true, older.subList(forget, older.size()));
    }

    public Seat leave() {
        return new Seat(session, false, replaced);
    }

    public JsonObject save() {
        return JsonObject.of("session", session, "present", present, "replaced", replaced);
    }

    public static Seat load(JsonObject saved) {
        return new Seat(saved.text("session").orElseThrow(), saved.flag("present"), saved.texts("replaced"));
    }
}

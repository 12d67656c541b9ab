package dev.holdfast.game.table;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.rules.Event;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.rules.Play;
import dev.holdfast.game.wire.Entry;
import dev.holdfast.game.wire.Rendered;
import java.util.Optional;

/// A durable event of the rules on its way to the players; its text is written once for all who see it as it is.
final class Happening {
    private final Cursor at;
    private final Event event;
    private final Optional<String> command;
    private final Rendered asItIs;
    private final Shown toMost;

    Happening(Cursor at, Entry.Played played) {
        this.at = at;
        this.event = new Event(played.by(), played.event());
        this.command = played.command();
        this.asItIs = rendered(played.event());
        this.toMost = new Shown(at, at.seq() - 1, Optional.empty(), Optional.of(asItIs));
    }

    /// @param lastShown the number of the last event that this player saw before
    Shown shownTo(String player, Play<?> play, long lastShown) {
        Optional<JsonObject> shown = play.show(event, player);
        boolean isAuthor = player.equals(event.by());
        if (!isAuthor && lastShown == at.seq() - 1 && shown.isPresent() && isAsItIs(shown.get())) {
            return toMost;
        }
        return new Shown(at, lastShown, isAuthor ? command : Optional.empty(), shown.map(this::render));
    }

    private Rendered render(JsonObject shown) {
        return isAsItIs(shown) ? asItIs : rendered(shown);
    }

    @SuppressWarnings("ReferenceEquality") // only a saving: rules that show the event itself share its text
    private boolean isAsItIs(JsonObject shown) {
        return shown == asItIs.body();
    }

    private Rendered rendered(JsonObject body) {
        return new Rendered(body, at.seq(), at.toString());
    }
}

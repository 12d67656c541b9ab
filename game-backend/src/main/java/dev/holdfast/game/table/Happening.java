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

    Happening(Cursor at, Entry.Played played) {
        this.at = at;
        this.event = new Event(played.by(), played.event());
        this.command = played.command();
        this.asItIs = new Rendered(played.event());
    }

    /// @param lastShown the number of the last event that this player saw before
    Shown shownTo(String player, Play<?> play, long lastShown) {
        Optional<Rendered> body = play.show(event, player).map(this::render);
        return new Shown(at, lastShown, player.equals(event.by()) ? command : Optional.empty(), body);
    }

    @SuppressWarnings("ReferenceEquality") // only a saving: rules that show the event itself share its text
    private Rendered render(JsonObject shown) {
        return shown == asItIs.body() ? asItIs : new Rendered(shown);
    }
}

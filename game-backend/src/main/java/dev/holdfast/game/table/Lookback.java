package dev.holdfast.game.table;

import dev.holdfast.game.log.StoredEvent;
import dev.holdfast.game.rules.Event;
import dev.holdfast.game.rules.Play;
import dev.holdfast.game.wire.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a player who comes again was and is shown of a tail. It holds megabytes, and a client asks for them by a few
/// bytes, so no more of them is decoded than has to be. On the table's thread.
final class Lookback {
    private final Play<?> play;
    private final String player;
    private long readBytes;

    Lookback(Play<?> play, String player) {
        this.play = play;
        this.player = player;
    }

    /// How much had to be decoded.
    long readBytes() {
        return readBytes;
    }

    /// The number of the last of these events that the player is shown, 0 if there is none.
    long lastShown(List<StoredEvent> events) {
        for (StoredEvent event : events.reversed()) {
            if (isPlayed(event) && !isHidden(event)) {
                Entry.Played played = read(event);
                if (play.show(new Event(played.by(), played.event()), player).isPresent()) {
                    return event.at().seq();
                }
            }
        }
        return 0;
    }

    /// The same events as [Attendance#add] would show them, for a player who saw everything before, last the event
    /// `seen`.
    List<Shown> replay(List<StoredEvent> events, long seen) {
        List<Shown> replay = new ArrayList<>();
        long lastShown = seen;
        for (StoredEvent event : events) {
            if (isPlayed(event)) {
                Shown shown = isHidden(event)
                        ? new Shown(event.at(), lastShown, Optional.empty(), Optional.empty())
                        : new Happening(event.at(), read(event)).shownTo(player, play, lastShown);
                replay.add(shown);
                lastShown = lastSeen(List.of(shown), lastShown);
            }
        }
        return replay;
    }

    /// The number of the last of these events that is not hidden, else of the one seen before.
    static long lastSeen(List<Shown> events, long before) {
        for (Shown shown : events.reversed()) {
            if (shown.body().isPresent()) {
                return shown.at().seq();
            }
        }
        return before;
    }

    private static boolean isPlayed(StoredEvent event) {
        return Entry.Played.isIn(event.body());
    }

    private boolean isHidden(StoredEvent event) {
        return play.hidesAll(Entry.Played.by(event.body()), player);
    }

    private Entry.Played read(StoredEvent event) {
        readBytes += event.body().length;
        return (Entry.Played) Entry.decode(event.body());
    }
}

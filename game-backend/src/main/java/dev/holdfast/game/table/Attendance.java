package dev.holdfast.game.table;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.observe.GameMeters;
import dev.holdfast.game.rules.Event;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.rules.Play;
import dev.holdfast.game.wire.Entry;
import dev.holdfast.game.wire.Rendered;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The connections at one table, one per player, and what each of them is about to be shown. On the table's thread.
final class Attendance {
    private final Map<String, Place> places = new HashMap<>();
    private final GameMeters meters;

    Attendance(GameMeters meters) {
        this.meters = meters;
    }

    boolean isEmpty() {
        return places.isEmpty();
    }

    List<String> players() {
        return places.keySet().stream().sorted().toList();
    }

    boolean holds(Attendee attendee) {
        Place place = places.get(attendee.player());
        return place != null && place.attendee.equals(attendee);
    }

    /// Everything after `seen` will be shown to this connection; an older one of its player is turned out.
    void admit(Attendee attendee, Cursor seen) {
        Place before = places.put(attendee.player(), new Place(attendee, seen.seq()));
        if (before == null) {
            meters.seats(1, 0);
        } else {
            before.end(Ending.REPLACED);
        }
    }

    /// Another connection has taken the player's seat, here or at another replica.
    void seatTaken(String player, String session) {
        Place place = places.get(player);
        if (place != null && !place.attendee.session().equals(session)) {
            remove(place.attendee);
            place.end(Ending.REPLACED);
        }
    }

    void remove(Attendee attendee) {
        if (holds(attendee)) {
            places.remove(attendee.player());
            meters.seats(-1, 0);
        }
    }

    void endAll(Ending ending) {
        List<Place> all = List.copyOf(places.values());
        all.forEach(place -> remove(place.attendee));
        all.forEach(place -> place.end(ending));
    }

    /// Queues an event for everybody; [#flush()] shows it.
    void add(Cursor at, Entry.Played played, Play<?> play) {
        var event = new Event(played.by(), played.event());
        var asItIs = new Rendered(played.event());
        places.forEach((player, place) -> {
            Optional<Rendered> body = play.show(event, player).map(shown -> render(asItIs, shown));
            Optional<String> command = player.equals(played.by()) ? played.command() : Optional.empty();
            place.add(at, command, body);
        });
    }

    @SuppressWarnings("ReferenceEquality") // only a saving: rules that show the event itself share its text
    private static Rendered render(Rendered asItIs, JsonObject shown) {
        return shown == asItIs.body() ? asItIs : new Rendered(shown);
    }

    void flush() {
        places.values().forEach(Place::flush);
    }

    private static final class Place {
        private final Attendee attendee;
        private long lastShown;
        private @Nullable List<Shown> queued;

        private Place(Attendee attendee, long lastShown) {
            this.attendee = attendee;
            this.lastShown = lastShown;
        }

        private void add(Cursor at, Optional<String> command, Optional<Rendered> body) {
            if (queued == null) {
                queued = new ArrayList<>();
            }
            queued.add(new Shown(at, lastShown, command, body));
            if (body.isPresent()) {
                lastShown = at.seq();
            }
        }

        private void flush() {
            List<Shown> events = queued;
            queued = null;
            if (events != null) {
                attendee.show(events);
            }
        }

        private void end(Ending ending) {
            flush();
            attendee.ended(ending);
        }
    }
}

package dev.holdfast.game.table;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.observe.GameMeters;
import dev.holdfast.game.rules.Play;
import dev.holdfast.game.wire.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connections at one table, one per player, and what each of them is about to be shown. On the table's thread.
final class Attendance {
    private static final Logger log = LoggerFactory.getLogger(Attendance.class);

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

    /// Everything from now on will be shown to this connection; an older one of its player is turned out.
    ///
    /// @param lastShown the number of the last event that the connection has seen or need not see
    void admit(Attendee attendee, long lastShown) {
        Place before = places.put(attendee.player(), new Place(attendee, lastShown));
        if (before == null) {
            meters.seats(1, 0);
        } else if (!before.attendee.equals(attendee)) {
            boolean isSameSession = before.attendee.session().equals(attendee.session());
            before.end(isSameSession ? Ending.LEG_REPLACED : Ending.REPLACED);
        }
    }

    /// Whether the player is connected by this session.
    boolean holds(String player, String session) {
        Place place = places.get(player);
        return place != null && place.attendee.session().equals(session);
    }

    /// Another connection has taken the player's seat, here or at another replica.
    void seatTaken(String player, String session) {
        Place place = places.get(player);
        if (place != null && !place.attendee.session().equals(session)) {
            remove(place.attendee);
            place.end(Ending.REPLACED);
        }
    }

    /// Another replica has given up the player's seat for this connection.
    void seatLost(String player, String session) {
        Place place = places.get(player);
        if (place != null && place.attendee.session().equals(session)) {
            remove(place.attendee);
            place.end(Ending.UNAVAILABLE);
        }
    }

    /// False if the connection was not here, or no longer.
    boolean remove(Attendee attendee) {
        boolean isHere = holds(attendee);
        if (isHere) {
            places.remove(attendee.player());
            meters.seats(-1, 0);
        }
        return isHere;
    }

    /// Tells everybody but the player.
    void tell(String player, Presence presence) {
        places.forEach((other, place) -> {
            if (!other.equals(player)) {
                place.attendee.present(Map.of(player, presence));
            }
        });
    }

    void endAll(Ending ending) {
        List<Place> all = List.copyOf(places.values());
        places.clear();
        meters.seats(-all.size(), 0);
        all.forEach(place -> place.end(ending));
    }

    /// Queues an event for everybody; [#flush()] shows it.
    ///
    /// @return connections to which it cannot be shown, since the rules fail on that
    List<Attendee> add(Cursor at, Entry.Played played, Play<?> play) {
        var happening = new Happening(at, played);
        List<Attendee> failed = new ArrayList<>();
        places.forEach((player, place) -> {
            try {
                place.add(happening.shownTo(player, play, place.lastShown));
            } catch (RuntimeException | Error bug) {
                log.error("rules failed on showing an event to {}", player, bug);
                failed.add(place.attendee);
            }
        });
        return failed;
    }

    /// Queues an event that nobody sees.
    void pass(Cursor at) {
        places.forEach((_, place) -> place.add(new Shown(at, place.lastShown, Optional.empty(), Optional.empty())));
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

        private void add(Shown shown) {
            if (queued == null) {
                queued = new ArrayList<>();
            }
            queued.add(shown);
            if (shown.body().isPresent()) {
                lastShown = shown.at().seq();
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

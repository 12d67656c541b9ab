package dev.holdfast.game.table;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.NewEvent;
import dev.holdfast.game.log.StoredEvent;
import dev.holdfast.game.rules.Event;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.rules.Play;
import dev.holdfast.game.wire.Entry;
import dev.holdfast.game.wire.Inbound;
import dev.holdfast.game.wire.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/// What one batch of requests would add to the log, and the state that would follow.
final class Draft {
    private static final Set<String> RESERVED_TYPES = Set.of("ping", "pong");

    private final GameState state;
    private final RandomGenerator random;
    private final List<Entry> entries = new ArrayList<>();
    private final List<NewEvent> events = new ArrayList<>();
    private final List<StoredEvent> stored = new ArrayList<>();
    private Cursor head;

    Draft(GameState durable, Cursor head, RandomGenerator random) {
        this.state = durable.draft();
        this.head = head;
        this.random = random;
    }

    GameState state() {
        return state;
    }

    Cursor head() {
        return head;
    }

    List<Entry> entries() {
        return entries;
    }

    List<NewEvent> events() {
        return events;
    }

    /// The events with their places, as they will stand in the log.
    List<StoredEvent> stored() {
        return stored;
    }

    void add(Entry entry) {
        var event = new NewEvent(Cursor.newTag(random), entry.encode());
        head = head.next(event.tag());
        state.apply(head.seq(), entry);
        entries.add(entry);
        events.add(event);
        stored.add(new StoredEvent(head, event.body()));
    }

    /// Adds an entry with what its player has brought about by it, or nothing if the rules fail on that.
    void play(Entry entry, String player, List<JsonObject> happened) {
        check(player, happened);
        add(entry);
        happened.forEach(event -> add(new Entry.Played(player, Optional.empty(), event)));
    }

    /// Adds what a player has brought about, all of it or, if the rules fail on it, nothing. A command's id goes
    /// with its last event, so that seeing the id means having seen all of them.
    void play(String player, Optional<String> id, List<JsonObject> happened) {
        check(player, happened);
        for (int i = 0; i < happened.size(); i++) {
            boolean isLast = i == happened.size() - 1;
            add(new Entry.Played(player, isLast ? id : Optional.empty(), happened.get(i)));
        }
        if (happened.isEmpty()) {
            id.ifPresent(noted -> add(new Entry.Noted(player, noted)));
        }
    }

    private void check(String player, List<JsonObject> happened) {
        Play<?> after = state.play();
        for (JsonObject event : happened) {
            String type = event.type();
            if (event.field(Inbound.RESERVED_KEY).isPresent()
                    || type.startsWith(Inbound.RESERVED_PREFIX)
                    || RESERVED_TYPES.contains(type)) {
                throw new IllegalStateException("event \"" + type + "\" of "
                        + after.rules().name() + " (expected: no key $, no type ping, pong or sys.*)");
            }
            if (!JsonText.isReadableAgain(event)) {
                throw new IllegalStateException(
                        "event \"" + type + "\" of " + after.rules().name()
                                + " has more arrays and objects inside each other than can be read again");
            }
            after = after.fold(new Event(player, event));
        }
    }
}

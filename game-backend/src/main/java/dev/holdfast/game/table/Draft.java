package dev.holdfast.game.table;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.NewEvent;
import dev.holdfast.game.log.StoredEvent;
import dev.holdfast.game.wire.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// What one batch of requests would add to the log, and the state that would follow.
final class Draft {
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
}

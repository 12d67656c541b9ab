package dev.holdfast.game.log;

import java.util.List;

/// What is read of a log at once: events in order, up to [#MAX_EVENTS], or up to the one with which their bodies
/// come to [#MAX_BYTES]. So a long message may make it longer, by that message alone.
public record Page(List<StoredEvent> events) {
    public static final int MAX_EVENTS = 2048;
    public static final int MAX_BYTES = 1 << 20;

    /// Whether there may be more after it.
    public boolean isFull() {
        return events.size() >= MAX_EVENTS
                || events.stream().mapToLong(event -> event.body().length).sum() >= MAX_BYTES;
    }
}

package dev.holdfast.game.table;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.NewEvent;
import dev.holdfast.game.log.StoredEvent;
import dev.holdfast.game.wire.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The last events of a game, from which connections that were away a short while are served.
final class Tail {
    /// Further behind, a connection gets the state instead. Only the rules' events count: the others, two for each
    /// player whose connection breaks, are shown to nobody.
    static final int MAX_REPLAYED_EVENTS = 1000;

    static final int MAX_REPLAYED_BYTES = 1 << 20;
    private static final int SLACK_EVENTS = 250;
    /// What an event takes beside its body: objects, references and the tag.
    private static final int EVENT_BYTES = 160;

    private final List<StoredEvent> events = new ArrayList<>();
    private Cursor start;
    private long bytes;
    private int played;

    /// @param start before the first event that will be added
    Tail(Cursor start) {
        this.start = start;
    }

    Cursor head() {
        return events.isEmpty() ? start : events.getLast().at();
    }

    void add(StoredEvent event) {
        events.add(event);
        bytes += event.body().length;
        played += played(event);
        if (played > MAX_REPLAYED_EVENTS + SLACK_EVENTS || bytes > 2L * MAX_REPLAYED_BYTES) {
            trim();
        }
    }

    private void trim() {
        int keep = 0;
        int keptPlayed = 0;
        long keptBytes = 0;
        while (keep < events.size() && keptPlayed < MAX_REPLAYED_EVENTS && keptBytes < MAX_REPLAYED_BYTES) {
            keep++;
            StoredEvent event = events.get(events.size() - keep);
            keptPlayed += played(event);
            keptBytes += event.body().length;
        }
        forget(events.size() - keep);
    }

    private void forget(int count) {
        if (count == 0) {
            return; // a single message longer than all that is replayed
        }
        List<StoredEvent> old = events.subList(0, count);
        start = old.getLast().at();
        bytes -= bytes(old);
        played -= played(old);
        old.clear();
    }

    private static long bytes(List<StoredEvent> events) {
        return events.stream().mapToLong(event -> event.body().length).sum();
    }

    private static int played(List<StoredEvent> events) {
        return events.stream().mapToInt(Tail::played).sum();
    }

    static int played(StoredEvent event) {
        return Entry.Played.isIn(event.body()) ? 1 : 0;
    }

    /// Keeps to what is left for it, with no event at all if need be.
    void fit(TailBudget.Share share) {
        long allowed = share.note(heldBytes());
        if (heldBytes() > allowed) {
            int count = 0;
            for (long over = heldBytes() - allowed; over > 0; count++) {
                over -= EVENT_BYTES + events.get(count).body().length;
            }
            forget(count);
            share.note(heldBytes());
        }
    }

    private long heldBytes() {
        return bytes + (long) EVENT_BYTES * events.size();
    }

    /// How a connection at this cursor goes on.
    Resume judge(Cursor since) {
        if (since.seq() > head().seq()) {
            return Resume.RESET;
        }
        if (since.seq() < start.seq()) {
            return Resume.SNAPSHOT;
        }
        if (!at(since.seq()).equals(since)) {
            return Resume.RESET;
        }
        List<StoredEvent> missed = after(since);
        boolean isNear = played(missed) <= MAX_REPLAYED_EVENTS && bytes(missed) <= MAX_REPLAYED_BYTES;
        return isNear ? Resume.REPLAY : Resume.SNAPSHOT;
    }

    private Cursor at(long seq) {
        int index = Math.toIntExact(seq - start.seq());
        return index == 0 ? start : events.get(index - 1).at();
    }

    /// The events after a cursor for which [#judge] says [Resume#REPLAY].
    List<StoredEvent> after(Cursor since) {
        return events.subList(Math.toIntExact(since.seq() - start.seq()), events.size());
    }

    /// The events up to a cursor for which [#judge] says [Resume#REPLAY].
    List<StoredEvent> upTo(Cursor since) {
        return events.subList(0, Math.toIntExact(since.seq() - start.seq()));
    }

    /// What a log that ends at `shorter` has lost, if all of it is here: the same events with their old tags.
    Optional<List<NewEvent>> lostAfter(Cursor shorter) {
        boolean isOurs = shorter.seq() >= start.seq()
                && shorter.seq() < head().seq()
                && at(shorter.seq()).equals(shorter);
        return isOurs
                ? Optional.of(after(shorter).stream()
                        .map(event -> new NewEvent(event.at().tag(), event.body()))
                        .toList())
                : Optional.empty();
    }
}

package dev.holdfast.game.table;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// The requests that wait for a table, in order. Room is reserved on any thread, before a request gets to the table's
/// own; everything else happens there.
final class Mailbox {
    private static final int REQUESTS_PER_TURN = 64;
    private static final int MAX_WAITING = 4096;

    private final Deque<Request> requests = new ArrayDeque<>();
    /// How many are in it or on their way.
    private final AtomicInteger waiting = new AtomicInteger();

    /// False if too many wait; else [#add] or [#unreserve] has to follow.
    boolean reserve() {
        if (waiting.incrementAndGet() > MAX_WAITING) {
            unreserve();
            return false;
        }
        return true;
    }

    void unreserve() {
        waiting.decrementAndGet();
    }

    /// Adds a request that has its room reserved.
    void add(Request request) {
        requests.add(request);
    }

    /// Adds one of the table's own, for which there is always room.
    void post(Request request) {
        waiting.incrementAndGet();
        requests.add(request);
    }

    boolean isEmpty() {
        return requests.isEmpty();
    }

    /// The first of them, as many as are decided in one turn.
    List<Request> takeBatch() {
        return take(REQUESTS_PER_TURN);
    }

    List<Request> takeAll() {
        return take(requests.size());
    }

    private List<Request> take(int max) {
        List<Request> taken = new ArrayList<>();
        while (taken.size() < max && !requests.isEmpty()) {
            taken.add(requests.remove());
        }
        waiting.addAndGet(-taken.size());
        return taken;
    }

    /// Puts a batch that has to be decided again before all others.
    void putBack(List<Request> batch) {
        batch.reversed().forEach(requests::addFirst);
        waiting.addAndGet(batch.size());
    }
}

package dev.holdfast.game.table;

import java.util.ArrayDeque;
import java.util.Deque;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/// Lets a few tasks run at once, and the others wait in the order in which they came. Safe from any thread.
final class Turnstile {
    private final Deque<MonoSink<Boolean>> waiting = new ArrayDeque<>();
    private int free;

    Turnstile(int places) {
        this.free = places;
    }

    /// The task, begun when there is a place for it. One that nobody wants any more loses its turn.
    <T> Mono<T> pass(Mono<T> task) {
        return Mono.usingWhen(Mono.create(this::enter), _ -> task, _ -> Mono.fromRunnable(this::leave));
    }

    private void enter(MonoSink<Boolean> sink) {
        synchronized (waiting) {
            if (free == 0) {
                waiting.add(sink);
                MonoSink<Boolean> _ = sink.onCancel(() -> forget(sink));
                return;
            }
            free--;
        }
        sink.success(true);
    }

    private void forget(MonoSink<Boolean> sink) {
        boolean wasWaiting;
        synchronized (waiting) {
            wasWaiting = waiting.remove(sink);
        }
        if (!wasWaiting) {
            leave(); // its turn had just come
        }
    }

    private void leave() {
        MonoSink<Boolean> next;
        synchronized (waiting) {
            next = waiting.poll();
            if (next == null) {
                free++;
            }
        }
        if (next != null) {
            next.success(true);
        }
    }
}

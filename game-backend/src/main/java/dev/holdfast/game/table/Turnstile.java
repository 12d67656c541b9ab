package dev.holdfast.game.table;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/// Lets a few tasks run at once, and the others wait in the order in which they came. Safe from any thread.
final class Turnstile {
    private final Deque<MonoSink<Boolean>> waiting = new ArrayDeque<>();
    private int free;
    private boolean isCalling;

    Turnstile(int places) {
        this.free = places;
    }

    /// The task, begun when there is a place for it. One that nobody wants any more loses its turn.
    <T> Mono<T> pass(Mono<T> task) {
        return Mono.usingWhen(Mono.create(this::enter), _ -> task, _ -> Mono.fromRunnable(this::leave));
    }

    private void enter(MonoSink<Boolean> sink) {
        synchronized (waiting) {
            if (free == 0 || !waiting.isEmpty()) {
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

    // One thread at a time calls the next, in a loop: a task that ends as soon as it is called would otherwise call its
    // successor on its own stack, and hundreds of them overflow it.
    private void leave() {
        synchronized (waiting) {
            free++;
            if (isCalling) {
                return;
            }
            isCalling = true;
        }
        for (var next = next(); next.isPresent(); next = next()) {
            next.get().success(true);
        }
    }

    private Optional<MonoSink<Boolean>> next() {
        synchronized (waiting) {
            isCalling = free > 0 && !waiting.isEmpty();
            if (!isCalling) {
                return Optional.empty();
            }
            free--;
            return Optional.of(waiting.remove());
        }
    }
}

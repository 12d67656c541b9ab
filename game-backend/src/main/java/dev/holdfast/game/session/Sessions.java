package dev.holdfast.game.session;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The sessions of this process. Safe from any thread.
public final class Sessions {
    private final Set<PlayerSession> open = ConcurrentHashMap.newKeySet();
    private volatile boolean isDraining;

    /// Whether new ones are refused.
    boolean isDraining() {
        return isDraining;
    }

    void add(PlayerSession session) {
        open.add(session);
        Disposable ignored =
                session.whenEnded().doFinally(_ -> open.remove(session)).subscribe();
        // One that came while the drain began must not be left out.
        if (isDraining) {
            session.drain();
        }
    }

    public int count() {
        return open.size();
    }

    /// Ends all sessions, each as soon as what its client has sent is settled; completes when the last one is gone.
    public Mono<Void> drain() {
        return Mono.defer(() -> {
            isDraining = true;
            open.forEach(PlayerSession::drain);
            return Flux.fromIterable(open).flatMap(PlayerSession::whenEnded).then();
        });
    }
}

package dev.holdfast.game.log;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/// Wake-ups within one process, for the adapters that no other process shares. Safe from any thread.
public final class Hints {
    private record Hint(GameId game, Cursor head) {}

    private final Sinks.Many<Hint> all = Sinks.many().multicast().directBestEffort();

    /// Tells the game's listeners that its log has grown; those that are busy or not there miss it.
    public void announce(GameId game, Cursor head) {
        // Several threads may announce at once and a hint may be lost: the result decides nothing.
        Sinks.EmitResult ignored = all.tryEmitNext(new Hint(game, head));
    }

    public Flux<Cursor> of(GameId game) {
        return all.asFlux().filter(hint -> hint.game().equals(game)).map(Hint::head);
    }
}

package dev.holdfast.game.log.memory;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/// Wake-ups within one process. Safe from any thread.
final class Hints {
    private final Map<GameId, List<FluxSink<Cursor>>> listeners = new ConcurrentHashMap<>();

    /// Tells the game's listeners, and no others, that its log has grown.
    void announce(GameId game, Cursor head) {
        for (FluxSink<Cursor> listener : listeners.getOrDefault(game, List.of())) {
            var _ = listener.next(head);
        }
    }

    /// The newest head is enough for one that is busy.
    Flux<Cursor> of(GameId game) {
        return Flux.create(listener -> listen(game, listener), FluxSink.OverflowStrategy.LATEST);
    }

    private void listen(GameId game, FluxSink<Cursor> listener) {
        listeners.merge(game, List.of(listener), Hints::join);
        var _ = listener.onDispose(() -> listeners.computeIfPresent(game, (_, present) -> without(present, listener)));
    }

    private static <T> List<T> join(List<T> some, List<T> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    // Nothing at all for the last one, so that its game's entry goes.
    private static <T> @Nullable List<T> without(List<T> present, T leaving) {
        List<T> rest = present.stream().filter(one -> !one.equals(leaving)).toList();
        return rest.isEmpty() ? null : rest;
    }
}

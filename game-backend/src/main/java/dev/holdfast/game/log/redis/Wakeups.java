package dev.holdfast.game.log.redis;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/// Hears of appends by pub/sub, over one connection for all games. When the connection comes back after a break, which
/// may have cost messages, each listener gets the game's present head.
final class Wakeups extends RedisPubSubAdapter<String, String> {
    /// No game's, and like theirs to an ACL.
    static final String PROBED_CHANNEL = "{}:news";

    /// Before a subscription that failed is tried again.
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(Wakeups.class);

    private final StatefulRedisPubSubConnection<String, String> connection;
    private final Function<GameId, Mono<Cursor>> heads;
    private final Map<String, Listener> listeners = new ConcurrentHashMap<>();

    /// @param reading of the head, the latest
    private record Listener(GameId game, FluxSink<Cursor> sink, Disposable.Swap reading) {
        void tell(Cursor head) {
            var _ = sink.next(head);
        }
    }

    Wakeups(StatefulRedisPubSubConnection<String, String> connection, Function<GameId, Mono<Cursor>> heads) {
        this.connection = connection;
        this.heads = heads;
        connection.addListener(this);
    }

    static String channel(GameId game) {
        return "{" + game + "}:news";
    }

    /// One listener per game, the latest.
    Flux<Cursor> of(GameId game) {
        // Lettuce itself repeats only what the server had confirmed.
        return Flux.<Cursor>create(sink -> listen(game, sink), FluxSink.OverflowStrategy.LATEST)
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, PAUSE));
    }

    private void listen(GameId game, FluxSink<Cursor> sink) {
        String channel = channel(game);
        var listener = new Listener(game, sink, Disposables.swap());
        listeners.put(channel, listener);
        connection.async().subscribe(channel).exceptionally(failure -> {
            log.debug("no subscription to {}: {}", channel, failure.toString());
            sink.error(failure);
            return null;
        });
        var _ = sink.onDispose(() -> {
            listener.reading().dispose();
            if (listeners.remove(channel, listener)) {
                connection.async().unsubscribe(channel);
            }
        });
    }

    @Override
    public void message(String channel, String message) {
        Listener listener = listeners.get(channel);
        if (listener != null) {
            Cursor.parse(message).ifPresent(listener::tell);
        }
    }

    @Override
    public void subscribed(String channel, long count) {
        Listener listener = listeners.get(channel);
        if (listener != null) {
            listener.reading()
                    .update(heads.apply(listener.game())
                            .filter(head -> !head.equals(Cursor.ORIGIN))
                            .subscribe(
                                    listener::tell,
                                    failure -> log.debug("no head of {}: {}", channel, failure.toString())));
        }
    }
}

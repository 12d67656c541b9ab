package dev.holdfast.game.log.redis;

import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Asks the server now and then how much of its memory it uses: full, it refuses every move.
final class Fullness {
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Logger logger = LoggerFactory.getLogger(Fullness.class);

    private Fullness() {}

    /// Goes on until it is disposed of.
    static Disposable watch(RedisAsyncCommands<?, ?> commands, RedisGameLog.MemoryListener found) {
        return Flux.interval(Duration.ZERO, INTERVAL)
                .onBackpressureDrop()
                .concatMap(_ -> Mono.fromCompletionStage(() -> commands.info("memory"))
                        .map(Durability::fields)
                        .doOnNext(memory -> found.used(bytes(memory, "used_memory"), bytes(memory, "maxmemory")))
                        // A server that is away has been said by then; the next time asks again
                        .onErrorComplete(failure -> {
                            logger.debug("the server's memory is not known: {}", failure.toString());
                            return true;
                        }))
                .subscribe();
    }

    private static long bytes(Map<String, String> memory, String name) {
        return Long.parseLong(memory.getOrDefault(name, "0"));
    }
}

package dev.holdfast.game.log.redis;

import dev.holdfast.game.log.StoreRefused;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/// Whether the server may be trusted with games. One that may not stops the start. Behind a connection that is made
/// anew there may be another server, which a failover has promoted: players have no other, so it is used whatever it
/// is like, and said aloud.
final class Examination {
    /// Before the server is asked again that did not answer, or is no master yet.
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Logger logger = LoggerFactory.getLogger(Examination.class);

    private final boolean requireDurable;
    private final IntConsumer found;

    /// @param requireDurable whether a server that may lose acknowledged appends is wrong
    /// @param found told how much is wrong with the server, whenever it is examined anew
    Examination(boolean requireDurable, IntConsumer found) {
        this.requireDurable = requireDurable;
        this.found = found;
    }

    /// Blocking. Throws [StoreRefused] with what to do.
    void pass(RedisClient client) {
        try (var connection = client.connect()) {
            Durability durability = Durability.of(connection.sync().info(), config(connection.sync()));
            requireFit(durability);
            if (!durability.isCertain()) {
                logger.warn("the Redis server does not show its configuration: make sure that appendfsync is always"
                        + " and no-appendfsync-on-rewrite is no, or acknowledged moves can be lost");
            }
            requireDurable(durability);
            requireWakeups(connection.sync());
        }
    }

    private static void requireFit(Durability durability) {
        List<String> faults = new ArrayList<>(durability.faults());
        if (durability.isReplica()) {
            faults.add("it is a replica, which takes no moves; give the address of its master");
        }
        if (!faults.isEmpty()) {
            throw new StoreRefused("the server cannot keep games: " + String.join("; ", faults));
        }
    }

    private void requireDurable(Durability durability) {
        if (!durability.flaws().isEmpty()) {
            String flaws = String.join("; ", durability.flaws());
            if (requireDurable) {
                throw new StoreRefused("the server may lose acknowledged moves: " + flaws
                        + ", or accept the loss with STORE_REQUIRE_DURABLE=false");
            }
            logger.warn("acknowledged moves can be lost, as STORE_REQUIRE_DURABLE=false allows: {}", flaws);
        }
    }

    // Without them replicas would learn of each other's moves seconds later
    private static void requireWakeups(RedisCommands<String, String> commands) {
        try {
            commands.publish(Wakeups.PROBED_CHANNEL, "");
        } catch (RedisCommandExecutionException forbidden) {
            throw new StoreRefused(
                    "the server refuses to pass on news of moves: " + forbidden.getMessage()
                            + "; its user needs the ACL \"&{*}:news +publish +subscribe +unsubscribe\"",
                    forbidden);
        }
    }

    private static Optional<Map<String, String>> config(RedisCommands<String, String> commands) {
        try {
            return Optional.of(commands.configGet(Durability.SETTINGS));
        } catch (RedisCommandExecutionException forbidden) {
            return Optional.empty();
        }
    }

    /// Examines the server each time the connection is made anew, until disposed of.
    Disposable repeat(StatefulRedisConnection<?, ?> connection) {
        Disposable.Swap latest = Disposables.swap();
        connection.addListener(new RedisConnectionStateAdapter() {
            @Override
            public void onRedisConnected(RedisChannelHandler<?, ?> again, SocketAddress address) {
                latest.update(master(connection.async())
                        .doOnError(failure -> logger.debug("not examined yet: {}", failure.toString()))
                        .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, PAUSE))
                        .subscribe(durability -> tell(durability, address)));
            }
        });
        return latest;
    }

    // A replica is not judged: it may become the master on this connection, or be left for another server
    private static Mono<Durability> master(RedisAsyncCommands<?, ?> commands) {
        Mono<Optional<Map<String, String>>> config = Mono.fromCompletionStage(
                        () -> commands.configGet(Durability.SETTINGS))
                .map(Optional::of)
                .onErrorReturn(RedisCommandExecutionException.class, Optional.empty());
        return Mono.fromCompletionStage(commands::info)
                .zipWith(config, Durability::of)
                .filter(durability -> !durability.isReplica())
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("the server is a replica")));
    }

    private void tell(Durability durability, SocketAddress address) {
        List<String> wrong = new ArrayList<>(durability.faults());
        if (requireDurable) {
            wrong.addAll(durability.flaws());
        }
        if (!wrong.isEmpty()) {
            logger.error(
                    "the Redis server at {}, which has come in the place of the one before, may lose acknowledged moves: {}",
                    address,
                    String.join("; ", wrong));
        }
        found.accept(wrong.size());
    }
}

package dev.holdfast.game.log.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.log.AppendResult;
import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.NewEvent;
import dev.holdfast.game.log.StoredEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;

/// The connections to the server are open and nothing comes out of them any more; new ones work.
class SilentRedisTest {
    /// Ten seconds are promised; the others are for a busy machine. Without a mend it is a quarter of an hour.
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @RegisterExtension
    static final RedisServer redis = RedisServer.durable();

    private final GameId game = new GameId("silent");

    @Test
    void both_connections_are_replaced_within_seconds_and_nothing_is_lost_or_doubled() throws Exception {
        try (var router = new ForgetfulRouter(redis.url());
                RedisGameLog log = RedisGameLog.open(router.url(), true, _ -> {});
                RedisGameLog direct = RedisGameLog.open(redis.url(), true, _ -> {})) {
            Cursor before = append(log, Cursor.ORIGIN, "a");
            var heard = new CompletableFuture<Cursor>();
            var listening = new CompletableFuture<Void>();
            Disposable hints = log.hints(game).subscribe(head -> {
                listening.complete(null);
                if (head.seq() > before.seq()) {
                    heard.complete(head);
                }
            });
            listening.get(LIMIT.toSeconds(), TimeUnit.SECONDS);

            router.forget();
            Cursor after = append(log, before, "b");
            Cursor news = heard.get(LIMIT.toSeconds(), TimeUnit.SECONDS);

            assertThat(news).isEqualTo(after);
            assertThat(direct.read(game, Cursor.ORIGIN)
                            .blockOptional(LIMIT)
                            .orElseThrow()
                            .events())
                    .extracting(StoredEvent::at)
                    .containsExactly(before, after);
            hints.dispose();
        }
    }

    // As a table does, which asks again after each failure.
    private Cursor append(RedisGameLog log, Cursor expected, String name) {
        var event = new NewEvent(name, name.getBytes(StandardCharsets.UTF_8));
        AppendResult result = log.append(game, expected, List.of(event))
                .retry()
                .blockOptional(LIMIT)
                .orElseThrow();
        assertThat(result).isInstanceOf(AppendResult.Appended.class);
        return result.head();
    }
}

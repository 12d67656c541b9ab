package dev.holdfast.game.log.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.game.Backend;
import dev.holdfast.game.log.AppendResult;
import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameLog;
import dev.holdfast.game.log.GameLogContract;
import dev.holdfast.game.log.StoreRefused;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

class RedisGameLogTest extends GameLogContract {
    @RegisterExtension
    static final RedisServer redis = RedisServer.durable();

    private static RedisGameLog log;

    @BeforeAll
    static void open() {
        log = RedisGameLog.open(redis.url(), true, _ -> {});
    }

    @AfterAll
    static void close() {
        log.close();
    }

    @Override
    protected GameLog log() {
        return log;
    }

    @Test
    void what_was_acknowledged_survives_a_kill_and_the_scripts_are_sent_again() throws Exception {
        Cursor head = append(Cursor.ORIGIN, "a", "b");

        redis.kill();
        redis.start();

        AppendResult next = log.append(game, head, events("c"))
                .retry(20)
                .blockOptional(Duration.ofSeconds(20))
                .orElseThrow();
        assertThat(next).isEqualTo(new AppendResult.Appended(new Cursor(3, "tag-c")));
        assertThat(read(Cursor.ORIGIN)).hasSize(3);
    }

    @Test
    void appends_of_another_client_wake_listeners_up() {
        Mono<Cursor> hint =
                log.hints(game).filter(cursor -> cursor.seq() > 0).next().cache();
        var listening = hint.subscribe();
        try (RedisGameLog other = RedisGameLog.open(redis.url(), true, _ -> {})) {
            Cursor head = Cursor.ORIGIN;
            for (int i = 0; !listening.isDisposed() && i < 1000; i++) {
                head = await(other.append(game, head, events("event-" + i))).head();
            }
            assertThat(await(hint).seq()).isBetween(1L, head.seq());
        }
    }

    @Test
    void listeners_are_told_of_what_they_missed_while_the_connection_was_down() throws Exception {
        Cursor head = append(Cursor.ORIGIN, "a");
        var heard = new LinkedBlockingQueue<Cursor>();
        Disposable listening = log.hints(game).subscribe(heard::add);
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(head);

        try (RedisClient client = RedisClient.create(redis.url());
                var connection = client.connect()) {
            connection.sync().hset("{" + game + "}:meta", "head", "2.unheard");
            connection.sync().clientKill(KillArgs.Builder.typePubsub());
        }

        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(new Cursor(2, "unheard"));
        listening.dispose();
    }

    @Test
    void a_listener_that_comes_while_the_server_is_away_hears_when_it_is_back() throws Exception {
        Cursor head = append(Cursor.ORIGIN, "a");
        redis.kill();
        var heard = new LinkedBlockingQueue<Cursor>();
        Disposable listening = log.hints(game).subscribe(heard::add);
        // Asked for after the subscription, so that this has failed too.
        assertThatThrownBy(() -> await(log.head(game))).hasMessageContaining("timed out");

        redis.start();

        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(head);
        listening.dispose();
    }

    @Test
    void all_keys_of_a_game_expire_together_and_each_append_begins_anew() {
        Cursor head = append(Cursor.ORIGIN, "a");
        snapshot(head, "state");
        long unused = GameLog.UNUSED_RETENTION.toMillis();
        long whole = GameLog.RETENTION.toMillis();
        try (RedisClient client = RedisClient.create(redis.url());
                var connection = client.connect()) {
            List<String> keys = Stream.of("log", "meta", "snap")
                    .map(key -> "{" + game + "}:" + key)
                    .toList();
            for (String key : keys) {
                assertThat(connection.sync().pttl(key)).as(key).isBetween(unused - 100_000, unused);
                connection.sync().pexpire(key, 50_000);
            }

            append(head, "b");

            for (String key : keys) {
                assertThat(connection.sync().pttl(key)).as(key).isBetween(whole - 100_000, whole);
            }
        }
    }

    @Test
    void a_server_that_was_made_a_replica_is_left_and_its_name_asked_for_anew() throws Exception {
        Cursor head = append(Cursor.ORIGIN, "a");
        try (RedisClient client = RedisClient.create(redis.url());
                var connection = client.connect()) {
            RedisCommands<String, String> admin = connection.sync();
            Set<String> before = connections(admin);
            admin.replicaof("127.0.0.1", 1);

            assertThatThrownBy(() -> append(head, "b")).hasMessageContaining("READONLY");

            Backend.await(() -> connections(admin), now -> Collections.disjoint(now, before));
            admin.replicaofNoOne();
            assertThat(append(head, "b").seq()).isEqualTo(2);
        }
    }

    /// The ids of all but the asking one.
    private static Set<String> connections(RedisCommands<String, String> admin) {
        String own = "id=" + admin.clientId() + " ";
        return admin.clientList()
                .lines()
                .filter(line -> !line.startsWith(own))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .collect(Collectors.toSet());
    }

    @Test
    void a_server_that_is_not_there_is_refused() {
        assertThatThrownBy(() -> RedisGameLog.open("redis://127.0.0.1:1", true, _ -> {}))
                .isInstanceOf(StoreRefused.class)
                .hasMessageContaining("cannot be used")
                .hasMessageContaining("127.0.0.1");
    }
}

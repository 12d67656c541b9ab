package dev.holdfast.game.log.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.game.Backend;
import dev.holdfast.game.log.AppendResult.Appended;
import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.log.NewEvent;
import dev.holdfast.game.log.StoreRefused;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The server behind a connection is another one than was meant, from the start or later on.
class FailoverTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Pattern CONFIG_GETS = Pattern.compile("cmdstat_config\\|get:calls=([0-9]+),");

    @RegisterExtension
    static final RedisServer redis = RedisServer.durable();

    private final BlockingQueue<Integer> wrong = new LinkedBlockingQueue<>();
    private RedisClient client;
    private StatefulRedisConnection<String, String> connection;
    private RedisCommands<String, String> admin;

    @BeforeEach
    void connect() {
        client = RedisClient.create(redis.url());
        connection = client.connect();
        admin = connection.sync();
    }

    @AfterEach
    void close() {
        admin.replicaofNoOne();
        admin.configSet("appendfsync", "always");
        connection.close();
        client.close();
    }

    @Test
    void a_server_that_comes_in_the_place_of_another_is_examined_again() throws Exception {
        try (RedisGameLog log = RedisGameLog.open(redis.url(), true, wrong::add)) {
            admin.configSet("appendfsync", "everysec");
            reconnect();
            assertThat(wrong.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(log.head(new GameId("g")).block(LIMIT)).isEqualTo(Cursor.ORIGIN);

            admin.configSet("appendfsync", "always");
            reconnect();
            assertThat(wrong.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void a_replica_is_examined_when_it_has_become_the_master() throws Exception {
        try (var _ = RedisGameLog.open(redis.url(), true, wrong::add)) {
            admin.configSet("appendfsync", "everysec");
            admin.replicaof("127.0.0.1", 1);
            admin.configResetstat();
            reconnect();
            Backend.await(this::examinations, count -> count >= 2);

            admin.configSet("appendfsync", "always");
            admin.replicaofNoOne();
            assertThat(wrong.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).isZero();
            assertThat(wrong).isEmpty();
        }
    }

    @Test
    void a_replica_is_refused_at_the_start() {
        admin.replicaof("127.0.0.1", 1);

        assertThatThrownBy(() -> RedisGameLog.open(redis.url(), false, wrong::add))
                .isInstanceOf(StoreRefused.class)
                .hasMessageContaining("it is a replica, which takes no moves; give the address of its master");
    }

    @Test
    void a_user_who_may_not_tell_of_moves_is_refused_with_the_acl_that_is_needed() {
        admin.aclSetuser("player", player());

        assertThatThrownBy(() -> RedisGameLog.open(urlOf("player"), true, wrong::add))
                .isInstanceOf(StoreRefused.class)
                .hasMessageContaining("NOPERM")
                .hasMessageContaining("\"&{*}:news +publish +subscribe +unsubscribe\"");
    }

    @Test
    void an_append_of_which_nobody_may_be_told_is_done_all_the_same() {
        admin.aclSetuser("player", player().channelPattern("{*}:news"));
        try (RedisGameLog log = RedisGameLog.open(urlOf("player"), true, wrong::add)) {
            admin.aclSetuser("player", player());

            assertThat(log.append(new GameId("told"), Cursor.ORIGIN, List.of(new NewEvent("t", new byte[] {1})))
                            .block(LIMIT))
                    .isEqualTo(new Appended(new Cursor(1, "t")));
        }
    }

    /// One with all rights but those for channels.
    private static AclSetuserArgs player() {
        return AclSetuserArgs.Builder.reset()
                .on()
                .addPassword("secret")
                .allKeys()
                .allCommands()
                .resetChannels();
    }

    private static String urlOf(String user) {
        return redis.url().replace("//", "//" + user + ":secret@");
    }

    /// How often the log has looked at the server's settings since the statistics began anew.
    private int examinations() {
        Matcher gets = CONFIG_GETS.matcher(admin.info("commandstats"));
        return gets.find() ? Integer.parseInt(gets.group(1)) : 0;
    }

    private void reconnect() {
        admin.clientKill(KillArgs.Builder.typeNormal());
    }
}

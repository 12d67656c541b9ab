package dev.holdfast.game.log.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RedisClientsTest {
    @Test
    void attempts_to_connect_are_a_second_apart_however_long_the_server_is_away() {
        RedisClient client =
                RedisClients.create("redis://127.0.0.1:1", new DefaultChannelGroup(GlobalEventExecutor.INSTANCE));

        assertThat(client.getResources().reconnectDelay().createDelay(1)).isLessThan(Duration.ofMillis(10));
        assertThat(client.getResources().reconnectDelay().createDelay(1000)).isEqualTo(Duration.ofSeconds(1));
        RedisClients.end(client);
    }
}

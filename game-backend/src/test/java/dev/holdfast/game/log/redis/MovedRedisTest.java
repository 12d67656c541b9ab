package dev.holdfast.game.log.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.StringCodec;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/// The server's name stands for another address than before, and its old address is nobody's.
class MovedRedisTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @RegisterExtension
    static final RedisServer redis = RedisServer.durable();

    @Test
    void a_server_that_moved_is_found_within_seconds_whatever_its_name_server_says() throws Exception {
        String url = "redis://redis.test:" + URI.create(redis.url()).getPort();
        try (var names = new LastingNames(InetAddress.getByName("127.0.0.2"))) {
            RedisClient client =
                    RedisClients.create(url, new DefaultChannelGroup(GlobalEventExecutor.INSTANCE), names.provider());
            Mono<String> ping = Mono.fromCompletionStage(
                            () -> client.connectAsync(StringCodec.UTF8, RedisURI.create(url)))
                    .flatMap(connection ->
                            Mono.fromCompletionStage(connection.async().ping()));
            assertThat(ping.onErrorReturn(RedisException.class, "nobody").block(LIMIT))
                    .isEqualTo("nobody");

            names.move(InetAddress.getLoopbackAddress());

            assertThat(ping.retryWhen(Retry.fixedDelay(Long.MAX_VALUE, Duration.ofMillis(100)))
                            .block(LIMIT))
                    .isEqualTo("PONG");
            RedisClients.end(client);
        }
    }
}

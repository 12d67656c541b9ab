package dev.holdfast.game.log.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class KeepAliveTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();

    KeepAliveTest() {
        channel.freezeTime();
        channel.pipeline().addLast(new KeepAlive());
    }

    @Test
    void a_server_that_says_nothing_is_pinged_once() {
        passSeconds(5);

        RedisCommand<?, ?, ?> asked = channel.readOutbound();
        assertThat(asked.getType()).isEqualTo(CommandType.PING);
        assertThat(channel.outboundMessages()).isEmpty();
    }

    @Test
    void a_server_that_talks_is_not_pinged() {
        for (int i = 0; i < 100; i++) {
            channel.advanceTimeBy(900, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
            answer();
        }

        assertThat(channel.outboundMessages()).isEmpty();
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void a_server_that_answers_pings_keeps_its_connection() {
        for (int i = 0; i < 100; i++) {
            passSeconds(1);
            assertThat(channel.outboundMessages()).hasSize(1);
            channel.releaseOutbound();
            answer();
        }

        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void a_server_that_is_slow_for_as_long_as_a_table_waits_keeps_its_connection() {
        passSeconds(1);
        for (int i = 0; i < 10; i++) {
            passSeconds(5);
            answer();
            passSeconds(1);
        }

        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void a_silent_connection_is_closed() {
        passSeconds(6);
        assertThat(channel.isOpen()).isTrue();

        passSeconds(1);
        assertThat(channel.isOpen()).isFalse();
    }

    private void passSeconds(int count) {
        for (int i = 0; i < count; i++) {
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
        }
    }

    private void answer() {
        channel.writeInbound(Unpooled.copiedBuffer("+PONG\r\n", StandardCharsets.US_ASCII));
        channel.releaseInbound();
    }
}

package dev.holdfast.game.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.game.Backend;
import io.netty.channel.ChannelOption;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;

class SlowClientTest {
    private static final int MESSAGES = 600;
    /// What waits for one who reads is far below the bound, however late it reads.
    private static final int ROUND = 30;

    @RegisterExtension
    static final Backend backend = new Backend(
            new Class<?>[] {SmallSendBuffers.class}, "STORE_URL=memory:", "holdfast.session.max-unread=128KB");

    /// The kernel would otherwise take megabytes for a client that does not read.
    static class SmallSendBuffers {
        @Bean
        NettyServerCustomizer smallSendBuffers() {
            return server -> server.childOption(ChannelOption.SO_SNDBUF, 16 << 10);
        }
    }

    @Test
    void a_client_that_does_not_read_is_closed_as_too_slow_and_costs_nobody_else_anything() {
        TestClient slow = backend.connect("slow");
        TestClient reader = backend.connect("reader");
        TestClient sender = backend.connect("sender");
        for (TestClient each : new TestClient[] {slow, reader, sender}) {
            assertThat(each.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
        }
        slow.stopReading();

        String text = "x".repeat(1000);
        for (int round = 0; round < MESSAGES; round += ROUND) {
            IntStream.range(round, round + ROUND)
                    .forEach(n -> sender.send("{\"n\":" + n + ",\"text\":\"" + text + "\"}"));
            IntStream.range(round, round + ROUND)
                    .forEach(n -> assertThat(reader.next()).startsWith("{\"n\":" + n + ","));
        }
        slow.resumeReading();

        assertThat(slow.awaitClose().code()).isEqualTo(4002);
        assertThat(slow.count()).isLessThan(MESSAGES);
        assertThat(sender.nextAfterPing()).isEqualTo("{\"type\":\"pong\"}");
    }
}

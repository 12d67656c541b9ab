package dev.holdfast.game.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class PlayerSocketTest {
    private static final int MAX_BYTES = 64 << 10;

    private final PlayerSocket socket = new PlayerSocket(new EmbeddedChannel(new Unread()), MAX_BYTES);

    @Test
    void of_short_messages_that_nobody_reads_no_more_wait_than_their_frames_have_room() {
        int fit = MAX_BYTES / (PlayerSocket.FRAME_BYTES + 1);
        for (int n = 0; n < fit; n++) {
            socket.text(new byte[1]);
        }
        assertThat(socket.isClosing()).isFalse();

        socket.text(new byte[1]);

        assertThat(socket.isClosing()).isTrue();
    }

    /// 1,000 events of together 1 MiB (docs/storage.md), with a frame of the link before each.
    @Test
    void the_longest_replay_may_wait() {
        long replay = (1 << 20) + 2 * 1_000 * PlayerSocket.FRAME_BYTES;
        var properties = new SessionProperties(DataSize.ofKilobytes(64), null, Duration.ofSeconds(30), 20, 20);

        assertThat(properties.maxUnreadBytes()).isGreaterThan(replay);
    }

    @Test
    void two_messages_may_wait_however_long_they_are() {
        socket.text(new byte[MAX_BYTES]);
        socket.text(new byte[MAX_BYTES]);
        assertThat(socket.isClosing()).isFalse();

        socket.text(new byte[1]);

        assertThat(socket.isClosing()).isTrue();
    }

    /// A peer that takes nothing.
    private static final class Unread extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            ReferenceCountUtil.release(message);
        }
    }
}

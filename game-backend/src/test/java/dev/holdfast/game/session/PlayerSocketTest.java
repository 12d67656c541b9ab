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

    private final Budget unread = new Budget(Long.MAX_VALUE);
    private final PlayerSocket socket = new PlayerSocket(new EmbeddedChannel(new Unread()), MAX_BYTES, unread);

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

    @Test
    void while_too_much_waits_for_all_only_little_may_wait_for_one() {
        var all = new Budget(4 * PlayerSocket.MOST_WHEN_SHORT);
        var slow = new PlayerSocket(new EmbeddedChannel(new Unread()), 100 * PlayerSocket.MOST_WHEN_SHORT, all);
        var other = new PlayerSocket(new EmbeddedChannel(new Unread()), 100 * PlayerSocket.MOST_WHEN_SHORT, all);
        other.text(new byte[100]);
        for (int n = 0; n < 4; n++) {
            slow.text(new byte[PlayerSocket.MOST_WHEN_SHORT]);
            assertThat(slow.isClosing()).isFalse();
        }

        other.text(new byte[100]);
        slow.text(new byte[100]);

        assertThat(slow.isClosing()).isTrue();
        assertThat(other.isClosing()).isFalse();
    }

    @Test
    void what_a_peer_has_taken_waits_for_nobody() {
        var all = new Budget(100);
        var quick = new PlayerSocket(new EmbeddedChannel(), MAX_BYTES, all);

        quick.text(new byte[1000]);
        assertThat(all.isOverdrawn()).isTrue();
        quick.flush();

        assertThat(all.isOverdrawn()).isFalse();
    }

    /// A client that goes on without it, or a gateway, would take the next message for the one after the last.
    @Test
    void a_message_that_cannot_be_written_ends_the_connection() {
        var channel = new EmbeddedChannel(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                ReferenceCountUtil.release(message);
                promise.setFailure(new OutOfMemoryError("made to fail"));
            }
        });

        new PlayerSocket(channel, MAX_BYTES, unread).text(new byte[1]);

        assertThat(channel.isOpen()).isFalse();
    }

    /// A peer that takes nothing.
    private static final class Unread extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            ReferenceCountUtil.release(message);
        }
    }
}

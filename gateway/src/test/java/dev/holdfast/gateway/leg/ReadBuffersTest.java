package dev.holdfast.gateway.leg;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// One connection's reads, as Netty's transports tell a handle of them.
class ReadBuffersTest {
    private static final ByteBufAllocator ALLOCATOR = ByteBufAllocator.DEFAULT;

    private final ChannelConfig config = new EmbeddedChannel().config();
    private final ExtendedHandle handle = (ExtendedHandle) ReadBuffers.ADAPTING.newHandle();

    @Test
    void a_full_read_makes_the_next_one_larger_up_to_a_limit() {
        assertThat(handle.guess()).isEqualTo(2 << 10);
        assertThat(burst(2 << 10, 16 << 10, 64 << 10, 64 << 10, 10)).isEqualTo(5);
        assertThat(handle.guess()).isEqualTo(64 << 10);
    }

    @Test
    void two_small_bursts_make_it_smaller_down_to_a_limit() {
        burst(100);
        assertThat(handle.guess()).isEqualTo(2 << 10);
        burst(100);
        assertThat(handle.guess()).isEqualTo(1 << 10);
        for (int i = 0; i < 100; i++) {
            burst(1);
        }
        assertThat(handle.guess()).isEqualTo(64);
    }

    @Test
    void a_larger_burst_between_small_ones_keeps_the_size() {
        for (int i = 0; i < 10; i++) {
            burst(100);
            burst(1500);
        }
        assertThat(handle.guess()).isEqualTo(2 << 10);
    }

    @Test
    void a_connection_that_always_has_more_lets_others_have_their_turn() {
        int[] endless = new int[1000];
        Arrays.fill(endless, 64 << 10);
        endless[0] = 2 << 10;
        endless[1] = 16 << 10;
        assertThat(burst(endless)).isEqualTo(16);
    }

    @Test
    void a_connection_that_is_paused_is_not_read_on() {
        config.setAutoRead(false);
        assertThat(burst(2 << 10, 10)).isEqualTo(1);
    }

    @Test
    void connections_read_into_one_buffer_while_nobody_holds_it() {
        ByteBuf first = handle.allocate(ALLOCATOR);
        first.writeInt(1);
        first.release();
        ByteBuf next = ReadBuffers.ADAPTING.newHandle().allocate(ALLOCATOR);

        assertThat(next).isSameAs(first);
        assertThat(next.isReadable()).isFalse();
        next.release();
    }

    @Test
    void what_somebody_holds_is_not_read_over() {
        ByteBuf held = handle.allocate(ALLOCATOR);
        ByteBuf part = held.writeInt(1).readRetainedSlice(4);
        held.release();

        ByteBuf next = handle.allocate(ALLOCATOR);

        assertThat(next).isNotSameAs(held);
        next.writeInt(2);
        assertThat(part.readInt()).isEqualTo(1);
        next.release();
        part.release();
    }

    @Test
    void a_buffer_that_is_held_for_long_is_replaced() {
        ByteBuf held = handle.allocate(ALLOCATOR);
        ByteBuf next = held;
        for (int i = 0; i < 64; i++) {
            next = handle.allocate(ALLOCATOR);
            next.release();
        }

        ByteBuf again = handle.allocate(ALLOCATOR);

        assertThat(again).isSameAs(next);
        again.release();
        held.release();
    }

    @Test
    void a_connection_that_gets_much_reads_into_buffers_of_its_own() {
        burst(2 << 10);

        ByteBuf own = handle.allocate(ALLOCATOR);

        assertThat(own.capacity()).isEqualTo(16 << 10);
        own.release();
    }

    /// Reads until the handle or the sizes say stop.
    ///
    /// @param sizes what each read finds
    /// @return how many reads there were
    private int burst(int... sizes) {
        handle.reset(config);
        int reads = 0;
        do {
            handle.attemptedBytesRead(handle.guess());
            handle.lastBytesRead(Math.min(sizes[reads], handle.guess()));
            handle.incMessagesRead(1);
            reads++;
        } while (handle.continueReading() && reads < sizes.length);
        handle.readComplete();
        return reads;
    }
}

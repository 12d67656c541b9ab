package dev.holdfast.gateway.leg;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import org.jspecify.annotations.Nullable;

/// How large the buffer of a connection's next read is: grows when a read has filled it, shrinks after two bursts that
/// would have fitted into half of it. As Netty's own adaptive allocator, whose four objects for each connection take
/// 144 bytes and are all touched by each read; this is one of 32.
public final class ReadSizes implements RecvByteBufAllocator {
    /// Shared by all connections.
    public static final ReadSizes ADAPTING = new ReadSizes();

    private static final int SMALLEST = 64;
    private static final int FIRST = 2 << 10;
    private static final int LARGEST = 64 << 10;
    /// Reads of one burst; then other connections have their turn.
    private static final int MOST_READS = 16;

    private static final int GROWTH = 8;

    private ReadSizes() {}

    @Override
    @SuppressWarnings("deprecation") // the type that Netty's interface names
    public Handle newHandle() {
        return new Sizing();
    }

    /// One connection's.
    private static final class Sizing implements ExtendedHandle {
        private @Nullable ChannelConfig config;
        private int size = FIRST;
        private int attempted;
        private int last;
        private int burst;
        private byte reads;
        private boolean wasSmall;

        @Override
        public void reset(ChannelConfig current) {
            config = current;
            reads = 0;
            burst = 0;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return allocator.ioBuffer(size);
        }

        @Override
        public int guess() {
            return size;
        }

        @Override
        public void attemptedBytesRead(int bytes) {
            attempted = bytes;
        }

        @Override
        public int attemptedBytesRead() {
            return attempted;
        }

        @Override
        public void lastBytesRead(int bytes) {
            last = bytes;
            if (bytes > 0) {
                // At most MOST_READS of LARGEST, which an int holds
                burst += bytes;
            }
            if (bytes == attempted && bytes >= size) {
                size = Math.min(size * GROWTH, LARGEST);
                wasSmall = false;
            }
        }

        @Override
        public int lastBytesRead() {
            return last;
        }

        @Override
        public void incMessagesRead(int count) {
            reads += (byte) count;
        }

        @Override
        public boolean continueReading() {
            return continueReading(() -> attempted == last);
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier mayHaveMore) {
            return config != null && config.isAutoRead() && mayHaveMore.get() && reads < MOST_READS && burst > 0;
        }

        @Override
        public void readComplete() {
            boolean isSmall = burst <= size / 2;
            if (isSmall && wasSmall) {
                size = Math.max(size / 2, SMALLEST);
            }
            wasSmall = isSmall && !wasSmall;
        }
    }
}

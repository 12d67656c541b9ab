package dev.holdfast.gateway.leg;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Where the bytes of a connection's next read go: into one of the few buffers that the connections of an event loop
/// share, as long as nobody holds what came in it, which with a short message that went on soon is nearly always; they
/// are still in the processor's cache. Otherwise, and for a connection that gets much, into a buffer of its own size,
/// which grows when a read has filled one and shrinks after two bursts that would have fitted into half of it.
///
/// Netty's own adaptive allocator has four objects for each connection, of 144 bytes, which each read touches; this has
/// one of 32.
public final class ReadBuffers implements RecvByteBufAllocator {
    /// Shared by all connections.
    public static final ReadBuffers ADAPTING = new ReadBuffers();

    private static final int SMALLEST = 64;
    static final int FIRST = 2 << 10;
    private static final int LARGEST = 64 << 10;
    /// Reads of one burst; then other connections have their turn.
    private static final int MOST_READS = 16;

    private static final int GROWTH = 8;

    private static final FastThreadLocal<Shared> SHARED = new FastThreadLocal<>() {
        @Override
        protected Shared initialValue() {
            return new Shared();
        }

        @Override
        protected void onRemoval(Shared shared) {
            shared.release();
        }
    };

    private ReadBuffers() {}

    static Shared shared() {
        return SHARED.get();
    }

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
            ByteBuf shared = size <= FIRST ? SHARED.get().free(allocator) : null;
            return shared == null ? allocator.ioBuffer(size) : shared;
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
                size = Math.min(bytes * GROWTH, LARGEST);
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

    /// An event loop's: as many buffers as its legs fill before anything is sent, one after the other. One may be
    /// held for long, by a peer that reads slowly or a request that does not end. Then it is left to its holder,
    /// once in [#PATIENCE] reads, so that few bytes rarely hold all of a buffer.
    static final class Shared {
        static final int COUNT = 16;
        private static final int PATIENCE = 64;

        private final @Nullable ByteBuf[] buffers = new ByteBuf[COUNT];
        private int at;
        private int misses;

        /// The buffer whose turn it is, empty, or null if there is none or it is held. The caller owns it.
        @Nullable
        ByteBuf free() {
            ByteBuf buffer = buffers[at];
            return buffer == null || buffer.refCnt() > 1 ? null : buffer.clear().retain();
        }

        /// As [#free()], but makes one if there is none.
        @Nullable
        ByteBuf free(ByteBufAllocator allocator) {
            ByteBuf buffer = buffers[at];
            if (buffer != null && buffer.refCnt() > 1) {
                misses++;
                if (misses < PATIENCE) {
                    return null;
                }
                misses = 0;
                buffers[at] = null;
                buffer.release();
            }
            if (buffers[at] == null) {
                buffers[at] = allocator.ioBuffer(FIRST);
            }
            return free();
        }

        /// It is the next one's turn.
        void next() {
            at = (at + 1) % COUNT;
        }

        void release() {
            for (ByteBuf buffer : buffers) {
                if (buffer != null) {
                    buffer.release();
                }
            }
            Arrays.fill(buffers, null);
        }
    }
}

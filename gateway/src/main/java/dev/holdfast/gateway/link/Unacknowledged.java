package dev.holdfast.gateway.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/// The client's messages that the backend has not said are durable, as they came, in order, and the beginning of
/// the one that is still coming. Holds next to no memory while there is none. Owned by one event loop.
public final class Unacknowledged {
    /// From here on the client leg is not read. A message that is under way still comes to its end.
    public static final int MOST_MESSAGES = 64;

    public static final int MOST_BYTES = 256 << 10;

    /// What a session may keep however much the others do.
    public static final int ALWAYS_ALLOWED_BYTES = 4 << 10;

    private final ByteBufAllocator allocator;
    private final KeptBytes all;
    private final MessageSizes sizes = new MessageSizes();
    private @Nullable ByteBuf bytes;
    private long acknowledged;

    /// @param all what this is counted into
    public Unacknowledged(ByteBufAllocator allocator, KeptBytes all) {
        this.allocator = allocator;
        this.all = all;
    }

    /// Keeps a copy of bytes of data frames that go to the backend now.
    public void keep(ByteBuf passing) {
        int size = passing.readableBytes();
        int before = 0;
        if (bytes == null) {
            bytes = allocator.buffer(size);
        } else {
            before = bytes.capacity();
            boolean isToGrow = bytes.writableBytes() < size;
            if (isToGrow && isBeingSentAgain(bytes)) {
                bytes = copyWithRoomFor(size, bytes);
            }
        }
        bytes.writeBytes(passing, passing.readerIndex(), size);
        all.changed(bytes.capacity() - before);
    }

    /// Then its memory may not move, since the queue of a socket may have noted where it is.
    private static boolean isBeingSentAgain(ByteBuf kept) {
        return kept.refCnt() > 1;
    }

    private ByteBuf copyWithRoomFor(int more, ByteBuf kept) {
        int needed = kept.readableBytes() + more;
        ByteBuf copy = allocator.buffer(allocator.calculateNewCapacity(needed, Integer.MAX_VALUE));
        copy.writeBytes(kept, kept.readerIndex(), kept.readableBytes());
        kept.release();
        return copy;
    }

    /// A message has ended that, all its frames together, has this many bytes.
    public void messageEnded(int size) {
        sizes.add(size);
    }

    /// Forgets the messages up to this number, counted per session from 1. A number that is not held any more, or
    /// not yet, changes nothing it should not.
    public void acknowledge(long number) {
        ByteBuf kept = bytes;
        while (acknowledged < number && !sizes.isEmpty() && kept != null) {
            kept.skipBytes(sizes.removeFirst());
            acknowledged++;
        }
        if (kept == null) {
            return;
        }
        if (!kept.isReadable()) {
            release();
        } else if (!isBeingSentAgain(kept)) {
            kept.discardSomeReadBytes();
        }
    }

    /// The number of the first message that would have to be sent again.
    public long first() {
        return acknowledged + 1;
    }

    /// A client that waits for nothing may always bring its message to an end, however much the others keep.
    public boolean hasRoom() {
        return sizes.isEmpty()
                || (sizes.count() < MOST_MESSAGES
                        && (bytes == null || bytes.readableBytes() < MOST_BYTES)
                        && all.hasRoom());
    }

    /// Whether this session has to go before it keeps more, for the sake of the others: what all keep is at its end,
    /// and this is a part of it that counts. Otherwise a message that has begun may always come to its end.
    public boolean isTooMuch() {
        return bytes != null && bytes.capacity() > ALWAYS_ALLOWED_BYTES && all.isFullWithout(bytes.capacity());
    }

    /// All that is kept, to be sent to another backend leg; empty if there is nothing. The caller owns it. It is no
    /// copy: when a backend comes back, everybody's is wanted at once.
    public ByteBuf again() {
        return bytes == null ? Unpooled.EMPTY_BUFFER : bytes.retainedDuplicate();
    }

    /// Drops everything: the session is over.
    public void release() {
        sizes.clear();
        if (bytes != null) {
            all.changed(-bytes.capacity());
            bytes.release();
            bytes = null;
        }
    }
}

package dev.holdfast.gateway.relay;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;

/// Has memory until it is told to have none, and then fails as Netty's does at the end of the direct memory.
final class ScarceAllocator extends AbstractByteBufAllocator {
    /// As Netty's `OutOfDirectMemoryError`, which only Netty can make.
    static final class NothingLeft extends OutOfMemoryError {
        private static final long serialVersionUID = 1;
    }

    private boolean hasRunOut;

    void runOut() {
        hasRunOut = true;
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        failIfRunOut();
        return new UnpooledHeapByteBuf(this, initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        failIfRunOut();
        return new UnpooledDirectByteBuf(this, initialCapacity, maxCapacity);
    }

    private void failIfRunOut() {
        if (hasRunOut) {
            throw new NothingLeft();
        }
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }
}

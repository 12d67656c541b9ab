package dev.holdfast.gateway;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;

/// Has memory until it is told to have none, and then fails as Netty's does at the end of the direct memory.
public final class ScarceAllocator extends AbstractByteBufAllocator {
    /// As Netty's `OutOfDirectMemoryError`, which only Netty can make.
    public static final class NothingLeft extends OutOfMemoryError {
        private static final long serialVersionUID = 1;
    }

    private boolean hasRunOut;
    private int untilBroken = Integer.MAX_VALUE;

    public void runOut() {
        hasRunOut = true;
    }

    /// After so many allocations more it fails as only a bug does.
    public void breakAfter(int allocations) {
        untilBroken = allocations;
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return new UnpooledHeapByteBuf(this, initialCapacity, maxCapacity) {
            // Also when it grows
            @Override
            protected byte[] allocateArray(int size) {
                take();
                return super.allocateArray(size);
            }
        };
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        take();
        return new UnpooledDirectByteBuf(this, initialCapacity, maxCapacity);
    }

    private void take() {
        if (hasRunOut) {
            throw new NothingLeft();
        }
        if (untilBroken-- == 0) {
            throw new IllegalStateException("broken, as a test wants it");
        }
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }
}

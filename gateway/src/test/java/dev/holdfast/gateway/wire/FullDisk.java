package dev.holdfast.gateway.wire;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;

/// A log into which one kind of line cannot be written, and which says so.
final class FullDisk extends AppenderBase<ILoggingEvent> {
    private final String message;
    private final boolean isOutOfMemory;

    FullDisk(String message) {
        this(message, false);
    }

    private FullDisk(String message, boolean isOutOfMemory) {
        this.message = message;
        this.isOutOfMemory = isOutOfMemory;
    }

    /// One that fails as everything does when memory is at its end.
    static FullDisk outOfMemory(String message) {
        return new FullDisk(message, true);
    }

    @Override
    public synchronized void doAppend(ILoggingEvent event) {
        if (event.getMessage().equals(message)) {
            if (isOutOfMemory) {
                throw new OutOfMemoryError("no memory left to say so");
            }
            throw new IllegalStateException("no space left on device");
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        doAppend(event);
    }
}

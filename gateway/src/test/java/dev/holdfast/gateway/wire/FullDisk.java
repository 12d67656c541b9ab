package dev.holdfast.gateway.wire;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;

/// A log into which one kind of line cannot be written, and which says so.
final class FullDisk extends AppenderBase<ILoggingEvent> {
    private final String message;

    FullDisk(String message) {
        this.message = message;
    }

    @Override
    public synchronized void doAppend(ILoggingEvent event) {
        if (event.getMessage().equals(message)) {
            throw new IllegalStateException("no space left on device");
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        doAppend(event);
    }
}

package dev.holdfast.gateway.leg;

import java.util.ArrayDeque;
import java.util.Queue;

/// What the legs of one event loop read before any of it is sent: up to [ReadBuffers.Shared#COUNT] short messages, each
/// in
/// a buffer of its own. The kernel's way of a read is short and that of a send is long; in turn, each drives the other
/// out of the processor's cache. Several reads and then as many sends cost a tenth less for each message.
///
/// Nothing else comes between: whatever is not a read of a leg's own, and the end of the event loop's turn, sends
/// first.
final class Burst {
    private final ReadBuffers.Shared buffers;
    private final Queue<Leg> toSend = new ArrayDeque<>();
    private int reads;
    private boolean isReading;

    Burst(ReadBuffers.Shared buffers) {
        this.buffers = buffers;
    }

    /// Lets the leg read.
    ///
    /// @return whether it did, or needs not; otherwise its channel is to read
    boolean read(Leg leg) {
        if (reads == ReadBuffers.Shared.COUNT) {
            send();
        }
        boolean isRead;
        isReading = true;
        try {
            isRead = leg.readInto(buffers);
        } finally {
            isReading = false;
        }
        if (isRead) {
            reads++;
            buffers.next();
        }
        return isRead;
    }

    /// Whether what this leg was told to send waits for the end of the burst.
    boolean defers(Leg leg) {
        if (isReading) {
            toSend.add(leg);
        }
        return isReading;
    }

    /// Ends the burst.
    void send() {
        for (Leg leg = toSend.poll(); leg != null; leg = toSend.poll()) {
            try {
                leg.send();
            } catch (RuntimeException | Error e) {
                leg.channel().pipeline().fireExceptionCaught(e);
            }
        }
        reads = 0;
    }
}

package dev.holdfast.gateway.relay;

import dev.holdfast.gateway.leg.Frame;
import dev.holdfast.gateway.leg.Leg;
import dev.holdfast.gateway.leg.LegEvents;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// One direction of a session: what comes from one leg is scanned and goes to the other, and the gateway's own
/// frames are put between. It stops reading its source while its target is slow, or while answers to the source
/// cannot leave.
abstract class Flow implements LegEvents, FrameSink {
    private static final int MOST_WAITING = 64;

    final Leg source;
    private Leg target;
    final FrameScanner scanner;
    final LoopCounters.Way counters;

    /// Frames of the gateway's own that wait for a gap; at most [#MOST_WAITING] and those of one more read.
    private @Nullable ArrayDeque<ByteBuf> waiting;

    private boolean answered;
    private boolean closed;

    /// What has been carried this way, over all legs of the session.
    private long messages;

    private long bytes;

    /// @param whole whether a message goes on only when it is complete
    /// @param largestMessage payload bytes a message of this direction may have
    Flow(Direction direction, Leg source, Leg target, LoopCounters counters, boolean whole, long largestMessage) {
        this.source = source;
        this.target = target;
        this.counters = counters.way(direction);
        scanner = new FrameScanner(this, direction == Direction.TO_BACKEND, whole, largestMessage);
    }

    /// The direction back.
    abstract Flow back();

    /// Counts on from a flow whose place this one takes.
    final void countOnFrom(Flow before) {
        messages = before.messages;
        bytes = before.bytes;
    }

    final SessionView.Count carried() {
        return new SessionView.Count(messages, bytes);
    }

    /// Whether the target takes more.
    boolean isOpen() {
        return target.isWritable();
    }

    @Override
    public void received(ByteBuf in) {
        scanner.scan(in);
        balance();
    }

    @Override
    public void receivedAll() {
        target.flush();
        if (answered) {
            source.flush();
            answered = !source.isWritable();
        }
    }

    @Override
    public void pass(ByteBuf out) {
        int size = out.readableBytes();
        bytes += size;
        counters.bytes.add(size);
        target.write(out);
    }

    @Override
    public void messagePassed(int size) {
        messages++;
        counters.messages.add(1);
    }

    /// This flow's source takes bytes again: the way back may go on, and so may answers to what comes from here.
    @Override
    public void drained() {
        back().balance();
        balance();
    }

    /// Stops or starts reading the source, as its target and the way back allow.
    final void balance() {
        // What comes after the last frame is read too, to see the connection's end
        boolean stop = !scanner.isOver() && (!isOpen() || back().isClogged());
        if (stop == source.isPaused()) {
            return;
        }
        if (stop) {
            counters.pauses.add(1);
            source.pause();
            // What has been written must leave for the target to become writable again
            target.flush();
            source.flush();
        } else {
            source.resume();
        }
    }

    /// Whether answers to this flow's target cannot leave: too many wait for a gap, or behind too many bytes. One that
    /// waits stops nobody: the end of a long message may depend on what its receiver says next.
    private boolean isClogged() {
        return (waiting != null && waiting.size() > MOST_WAITING) || (back().answered && !target.isWritable());
    }

    /// Writes a frame of the gateway's own into this direction: a control frame between two frames, a data frame
    /// between two messages, now or as soon as there is such a gap. Takes the frame's ownership. Flushed by the
    /// caller.
    final void inject(ByteBuf frame) {
        if (scanner.isOver()) {
            frame.release();
        } else if (waiting == null && hasGapFor(frame)) {
            target.write(frame);
        } else {
            if (waiting == null) {
                waiting = new ArrayDeque<>(2);
            }
            waiting.add(frame);
            scanner.interrupt();
        }
    }

    /// Answers something that came from this flow's source.
    final void answer(ByteBuf frame) {
        answered = true;
        back().counters.pongs.add(1);
        back().inject(frame);
    }

    @Override
    public void betweenFrames() {
        if (waiting == null) {
            return;
        }
        for (Iterator<ByteBuf> frames = waiting.iterator(); frames.hasNext(); ) {
            ByteBuf frame = frames.next();
            if (hasGapFor(frame)) {
                frames.remove();
                target.write(frame);
            }
        }
        if (waiting.isEmpty()) {
            waiting = null;
            back().balance();
        } else {
            scanner.interrupt();
        }
    }

    /// Writes the last frame of this direction, a Close frame, unless one has gone by or a frame is cut open. Takes
    /// its ownership.
    void close(ByteBuf frame) {
        if (closed || !isBetweenFrames()) {
            frame.release();
        } else {
            closed = true;
            target.write(frame);
        }
    }

    /// Whether the target stands between two frames, where a control frame may be injected.
    boolean isBetweenFrames() {
        return scanner.isBetweenFrames();
    }

    /// Whether the target stands between two messages, where a data frame may be injected.
    boolean isBetweenMessages() {
        return scanner.isBetweenMessages();
    }

    private boolean hasGapFor(ByteBuf frame) {
        boolean isControl = (frame.getByte(frame.readerIndex()) & Frame.CLOSE) != 0;
        return isControl ? isBetweenFrames() : isBetweenMessages();
    }

    /// Gives the frames that wait here to the flow that takes this one's place and has a gap for them.
    final void moveWaitingTo(Flow heir) {
        ArrayDeque<ByteBuf> moved = waiting;
        waiting = null;
        if (moved != null) {
            moved.forEach(heir::inject);
        }
    }

    /// From here on this direction goes to another leg, which stands where the old one stood.
    final void retarget(Leg leg) {
        target = leg;
        closed = false;
    }

    final void dropWaiting() {
        if (waiting != null) {
            waiting.forEach(ByteBuf::release);
            waiting = null;
        }
    }

    /// Nothing more goes this way.
    void end() {
        scanner.end();
        dropWaiting();
    }
}

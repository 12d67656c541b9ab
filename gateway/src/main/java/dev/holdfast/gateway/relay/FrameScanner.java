package dev.holdfast.gateway.relay;

import dev.holdfast.gateway.leg.CloseCode;
import dev.holdfast.gateway.leg.Frame;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Follows one direction of a session through its frames, reading the header of each ([FrameHeader]) and no payload.
/// What goes on to the other leg goes on as it came: same bytes, same mask, no copy.
///
/// Only what the gateway must understand is looked into, when all of it is there: control frames, and text messages
/// of up to [#INSPECTED_BYTES] from a client. Ping and Pong end here (they are hop by hop).
///
/// Owned by one event loop.
final class FrameScanner {
    /// Text messages up to this many payload bytes may be application pings and pongs (docs/protocol.md, section
    /// 1).
    static final int INSPECTED_BYTES = 64;

    /// Payload bytes that a fragment of a message of the largest size has at least, on the average. Smaller ones, or
    /// empty ones without end, cost more than they carry.
    private static final int LEAST_FRAGMENT = 1 << 10;

    private static final int FRAGMENTS_ALWAYS_ALLOWED = 64;

    private final FrameSink sink;
    private final boolean fromClient;
    private final boolean whole;
    private final long largestMessage;
    private final int mostFragments;

    /// The start of a frame of which more bytes are needed; copied, at most a header and a control payload.
    private @Nullable ByteBuf stash;

    /// Payload bytes of the current frame that have not come yet.
    private long remaining;
    /// Payload bytes of the current message, over its frames so far.
    private long messageBytes;
    /// Frames of the current message so far.
    private int messageFrames;
    /// Bytes of its frames so far, headers included.
    private int messageSize;
    /// Where in the buffer at hand the current message starts; below its start if it started in an earlier one.
    private int messageStart;

    private boolean fragmented;
    private boolean over;
    private boolean interrupted;

    /// @param fromClient whether a client sends these frames: they must be masked, those of a server must not (RFC
    ///     6455, section 5.1), and short text messages are shown to [FrameSink#shortText]
    /// @param whole whether bytes of a message whose end has not come go to [FrameSink#passPart] instead
    /// @param largestMessage payload bytes a message may have, over all its frames; one of 64 KiB may have 64 of
    ///     them, a larger one more in proportion
    FrameScanner(FrameSink sink, boolean fromClient, boolean whole, long largestMessage) {
        this.sink = sink;
        this.fromClient = fromClient;
        this.whole = whole;
        this.largestMessage = largestMessage;
        mostFragments = Math.clamp(largestMessage / LEAST_FRAGMENT, FRAGMENTS_ALWAYS_ALLOWED, Integer.MAX_VALUE);
    }

    /// Whether the other leg stands between two frames, where a control frame may be injected.
    boolean isBetweenFrames() {
        return remaining == 0;
    }

    /// Whether the other leg stands between two messages, where a data frame may be injected.
    boolean isBetweenMessages() {
        return remaining == 0 && !fragmented;
    }

    /// Calls [FrameSink#betweenFrames] after the frame that is passing now.
    void interrupt() {
        interrupted = true;
    }

    /// Whether this direction has ended: with a Close frame, a violation, or [#end].
    boolean isOver() {
        return over;
    }

    /// No byte of this direction means anything any more.
    void end() {
        over = true;
        if (stash != null) {
            stash.release();
            stash = null;
        }
    }

    /// Scans bytes as they came from the socket, cut anywhere. Takes their ownership.
    void scan(ByteBuf bytes) {
        boolean isMore = false;
        try {
            while (stash != null && bytes.isReadable() && !over) {
                ByteBuf head = completed(stash, bytes);
                if (head == null) {
                    break;
                }
                stash = null;
                run(head);
            }
            isMore = !over && bytes.isReadable();
        } finally {
            if (!isMore) {
                bytes.release();
            }
        }
        if (isMore) {
            run(bytes);
        }
    }

    /// Moves bytes into the stash until the frame's start in it can be decided. Null: more bytes are needed.
    private @Nullable ByteBuf completed(ByteBuf start, ByteBuf bytes) {
        int missing = missing(start, start.readerIndex(), start.readableBytes());
        while (missing > 0 && bytes.isReadable()) {
            start.writeBytes(bytes, Math.min(missing, bytes.readableBytes()));
            missing = missing(start, start.readerIndex(), start.readableBytes());
        }
        return missing > 0 ? null : start;
    }

    /// How many more bytes must come before the frame at `index` can be decided; 0 when it can.
    private int missing(ByteBuf bytes, int index, int available) {
        if (available < 2) {
            return 2 - available;
        }
        int first = bytes.getUnsignedByte(index);
        int second = bytes.getUnsignedByte(index + 1);
        int needed = FrameHeader.length(second);
        if (isInspected(first, second & 0x7F) && (second & 0x7F) <= Frame.MAX_CONTROL_PAYLOAD) {
            needed += second & 0x7F;
        }
        return Math.max(0, needed - available);
    }

    private boolean isInspected(int first, int length) {
        return (first & Frame.CLOSE) != 0 || (fromClient && first == (0x80 | Frame.TEXT) && length <= INSPECTED_BYTES);
    }

    /// Takes the ownership of the bytes, also when the sink fails, or memory.
    private void run(ByteBuf bytes) {
        boolean passesWhole = false;
        try {
            passesWhole = follow(bytes);
        } finally {
            if (!passesWhole) {
                bytes.release();
            }
        }
        if (passesWhole) {
            sink.pass(bytes);
        }
    }

    /// @return whether all of the bytes are still to be passed on; otherwise what is to go has gone
    private boolean follow(ByteBuf bytes) {
        int end = bytes.writerIndex();
        int start = bytes.readerIndex(); // of what goes on unchanged and has not yet
        int at = start;
        messageStart = -1;
        while (at < end && !over) {
            if (remaining > 0) {
                int step = (int) Math.min(remaining, end - at);
                at += step;
                remaining -= step;
                if (remaining == 0) {
                    frameEnded();
                }
            } else if (missing(bytes, at, end - at) > 0) {
                break;
            } else {
                int next = header(bytes, start, at);
                boolean passes = next >= 0;
                at = passes ? next : -next;
                start = passes ? start : at;
            }
            if (interrupted && remaining == 0 && !over) {
                pass(bytes, start, at);
                start = at;
                interrupted = false;
                sink.betweenFrames();
            }
        }
        if (over) {
            return false;
        }
        boolean isAll = start == bytes.readerIndex() && at == end;
        if (isAll && (!whole || isBetweenMessages())) {
            return true;
        }
        pass(bytes, start, at);
        // Last, since there may be no memory for it
        if (at < end && !over) {
            stash = bytes.alloc().buffer(FrameHeader.LARGEST + Frame.MAX_CONTROL_PAYLOAD);
            stash.writeBytes(bytes, at, end - at);
        }
        return false;
    }

    /// Takes the frame header at `at`, and the whole frame if it ends here.
    ///
    /// @param start of what goes on and has not yet
    /// @return where to go on; negative if what lies between does not go to the other leg
    private int header(ByteBuf bytes, int start, int at) {
        String broken = FrameHeader.violation(bytes, at, fromClient, fragmented);
        if (broken != null) {
            pass(bytes, start, at);
            fail(CloseCode.PROTOCOL_ERROR, broken);
            return -at;
        }
        int first = bytes.getUnsignedByte(at);
        int second = bytes.getUnsignedByte(at + 1);
        int header = FrameHeader.length(second);
        long length = FrameHeader.payloadLength(bytes, at);
        if ((first & Frame.CLOSE) != 0) {
            int next = at + header + (int) length;
            pass(bytes, start, at);
            control(bytes, at, next, first & 0xF);
            return -next;
        }
        if (length > largestMessage - messageBytes) {
            pass(bytes, start, at);
            fail(CloseCode.MESSAGE_TOO_BIG, "message of more than " + largestMessage + " bytes; send less per message");
            return -at;
        }
        if (messageFrames == mostFragments) {
            pass(bytes, start, at);
            fail(CloseCode.POLICY_VIOLATION, "message of more than " + mostFragments + " fragments; send larger ones");
            return -at;
        }
        if (isInspected(first, (int) Math.min(length, 127))
                && !sink.shortText(bytes, at + header, (int) length, FrameHeader.key(bytes, at))) {
            pass(bytes, start, at);
            return -(at + header + (int) length);
        }
        if (!fragmented) {
            messageStart = at;
        }
        fragmented = (first & 0x80) == 0;
        messageFrames++;
        messageBytes += length;
        messageSize += header + (int) length;
        remaining = length;
        if (length == 0) {
            frameEnded();
        }
        return at + header;
    }

    private void frameEnded() {
        if (!fragmented) {
            sink.messagePassed(messageSize);
            messageFrames = 0;
            messageBytes = 0;
            messageSize = 0;
        }
    }

    private void pass(ByteBuf bytes, int from, int to) {
        int cut = whole && !isBetweenMessages() ? Math.max(from, Math.min(to, messageStart)) : to;
        if (cut > from) {
            sink.pass(bytes.retainedSlice(from, cut - from));
        }
        if (to > cut) {
            sink.passPart(bytes.retainedSlice(cut, to - cut));
        }
    }

    private void control(ByteBuf bytes, int from, int to, int opcode) {
        int header = FrameHeader.length(bytes.getUnsignedByte(from + 1));
        int length = to - from - header;
        byte[] payload = new byte[length];
        Frame.unmask(bytes, from + header, length, FrameHeader.key(bytes, from), payload);
        if (opcode != Frame.CLOSE) {
            sink.control(opcode, payload);
            return;
        }
        int code = closeCode(payload);
        if (length > 0 && !CloseCode.mayBeSent(code)) {
            fail(CloseCode.PROTOCOL_ERROR, "close frame with a code that must not be sent");
            return;
        }
        over = true;
        sink.closed(bytes.retainedSlice(from, to - from), code, payload);
    }

    /// -1 for a payload too short to hold a code.
    private static int closeCode(byte[] payload) {
        return switch (payload.length) {
            case 0 -> CloseCode.NO_CODE;
            case 1 -> -1;
            default -> ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
        };
    }

    private void fail(int code, String reason) {
        end();
        sink.violated(code, reason);
    }
}

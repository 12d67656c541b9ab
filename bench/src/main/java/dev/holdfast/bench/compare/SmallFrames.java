package dev.holdfast.bench.compare;

import io.netty.buffer.ByteBuf;

/// Takes frames of at most 125 bytes out of a stream, however it is cut, and without an object for each. A longer one
/// fails: nobody here sends any. Used on one event loop.
final class SmallFrames {
    static final int BINARY = 0x82;
    static final int TEXT = 0x81;
    static final int CLOSE = 0x88;

    private static final int LONGEST = 125;
    private static final int MASK_BYTES = 4;

    private final byte[] frame = new byte[2 + MASK_BYTES + LONGEST];
    private int filled;

    /// Is told of each frame.
    interface Sink {
        /// @param first its first byte: the final bit and the opcode
        /// @param bytes holds the payload, unmasked, from `from` on; good until this returns
        void frame(int first, byte[] bytes, int from, int length);
    }

    /// Reads all there is.
    void read(ByteBuf in, Sink sink) {
        while (in.isReadable()) {
            if (filled < 2) {
                frame[filled++] = in.readByte();
                continue;
            }
            int length = frame[1] & 0x7f;
            if (length > LONGEST) {
                throw new IllegalStateException("a frame of more than " + LONGEST + " bytes");
            }
            boolean isMasked = (frame[1] & 0x80) != 0;
            int from = isMasked ? 2 + MASK_BYTES : 2;
            int missing = Math.min(from + length - filled, in.readableBytes());
            in.readBytes(frame, filled, missing);
            filled += missing;
            if (filled == from + length) {
                finish(sink, isMasked, from, length);
            }
        }
        if (filled == 2 && (frame[1] & 0xff) == 0) {
            finish(sink, false, 2, 0);
        }
    }

    private void finish(Sink sink, boolean isMasked, int from, int length) {
        for (int i = 0; isMasked && i < length; i++) {
            frame[from + i] ^= frame[2 + (i & 3)];
        }
        filled = 0;
        sink.frame(frame[0] & 0xff, frame, from, length);
    }
}

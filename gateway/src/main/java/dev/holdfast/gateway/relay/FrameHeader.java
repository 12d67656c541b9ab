package dev.holdfast.gateway.relay;

import dev.holdfast.gateway.leg.Frame;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// What the first 2 to 14 bytes of a frame say (RFC 6455, section 5.2). Read where they are, and nothing is made of
/// them: this is done for each frame.
final class FrameHeader {
    static final int LARGEST = 14;

    private static final int RESERVED_BITS = 0x70;

    private FrameHeader() {}

    /// Bytes of the header.
    ///
    /// @param second its second byte
    static int length(int second) {
        int length = second & 0x7F;
        return 2 + (length == 126 ? 2 : length == 127 ? 8 : 0) + ((second & 0x80) != 0 ? 4 : 0);
    }

    /// Payload bytes of the frame at `at`; negative if the highest bit is set.
    static long payloadLength(ByteBuf bytes, int at) {
        int length = bytes.getUnsignedByte(at + 1) & 0x7F;
        return switch (length) {
            case 126 -> bytes.getUnsignedShort(at + 2);
            case 127 -> bytes.getLong(at + 2);
            default -> length;
        };
    }

    /// The masking key of the frame at `at`, 0 without a mask.
    static int key(ByteBuf bytes, int at) {
        int second = bytes.getUnsignedByte(at + 1);
        return (second & 0x80) != 0 ? bytes.getInt(at + length(second) - 4) : 0;
    }

    /// What is wrong with the header at `at`, or null. The header is all there.
    ///
    /// @param fromClient whether a client sends it
    /// @param fragmented whether the last data frame left its message open
    static @Nullable String violation(ByteBuf bytes, int at, boolean fromClient, boolean fragmented) {
        int first = bytes.getUnsignedByte(at);
        int second = bytes.getUnsignedByte(at + 1);
        int opcode = first & 0xF;
        boolean isFinal = (first & 0x80) != 0;
        if ((first & RESERVED_BITS) != 0) {
            return "reserved bits set; no extension was agreed";
        }
        if ((second & 0x80) != 0 != fromClient) {
            return fromClient ? "frame without a mask" : "masked frame from a server";
        }
        int length = second & 0x7F;
        switch (opcode) {
            case Frame.CONTINUATION -> {
                if (!fragmented) {
                    return "continuation frame without a message to continue";
                }
            }
            case Frame.TEXT, Frame.BINARY -> {
                if (fragmented) {
                    return "new message inside a fragmented one";
                }
            }
            case Frame.CLOSE, Frame.PING, Frame.PONG -> {
                return length > Frame.MAX_CONTROL_PAYLOAD
                        ? "control frame of more than " + Frame.MAX_CONTROL_PAYLOAD + " bytes"
                        : isFinal ? null : "fragmented control frame";
            }
            default -> {
                return "reserved opcode " + opcode;
            }
        }
        long payload = payloadLength(bytes, at);
        boolean minimal = length < 126 || (length == 126 ? payload > 125 : payload > 0xFFFF || payload < 0);
        return payload < 0
                ? "frame length with the highest bit set"
                : minimal ? null : "frame length not in its shortest form";
    }
}

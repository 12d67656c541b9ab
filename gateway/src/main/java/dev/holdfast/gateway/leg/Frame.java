package dev.holdfast.gateway.leg;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/// The frames the gateway writes itself (RFC 6455, section 5): always final, never longer than a control frame may
/// be. The gateway is the server of the client leg and so writes bare frames there; it is the client of the backend
/// leg, where every frame must be masked.
public final class Frame {
    public static final int CONTINUATION = 0x0;
    public static final int TEXT = 0x1;
    public static final int BINARY = 0x2;
    public static final int CLOSE = 0x8;
    public static final int PING = 0x9;
    public static final int PONG = 0xA;

    /// RFC 6455, section 5.5.
    public static final int MAX_CONTROL_PAYLOAD = 125;
    /// A close reason shares its payload with the two bytes of the code.
    public static final int MAX_REASON_BYTES = MAX_CONTROL_PAYLOAD - 2;

    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final byte[] NOTHING = {};

    private Frame() {}

    /// A bare frame, for the client leg. The payload has at most [#MAX_CONTROL_PAYLOAD] bytes.
    public static ByteBuf bare(ByteBufAllocator allocator, int opcode, byte[] payload) {
        requireShort(payload.length);
        return allocator
                .buffer(2 + payload.length)
                .writeByte(FINAL | opcode)
                .writeByte(payload.length)
                .writeBytes(payload);
    }

    /// A masked frame, for the backend leg. The payload has at most [#MAX_CONTROL_PAYLOAD] bytes.
    public static ByteBuf masked(ByteBufAllocator allocator, int opcode, byte[] payload) {
        requireShort(payload.length);
        // The mask protects caches between browsers and servers (RFC 6455, section 10.3); there is none on this
        // leg.
        int key = ThreadLocalRandom.current().nextInt();
        ByteBuf frame = allocator
                .buffer(6 + payload.length)
                .writeByte(FINAL | opcode)
                .writeByte(MASKED | payload.length)
                .writeInt(key);
        for (int i = 0; i < payload.length; i++) {
            frame.writeByte(payload[i] ^ (key >>> (24 - 8 * (i & 3))));
        }
        return frame;
    }

    /// The payload of a Close frame; empty for [CloseCode#NO_CODE]. A reason over [#MAX_REASON_BYTES] is cut at a
    /// character.
    public static byte[] closePayload(int code, String reason) {
        if (code == CloseCode.NO_CODE) {
            return NOTHING;
        }
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, MAX_REASON_BYTES);
        while (length < text.length && length > 0 && (text[length] & 0xC0) == 0x80) {
            length--;
        }
        byte[] payload = new byte[2 + length];
        payload[0] = (byte) (code >>> 8);
        payload[1] = (byte) code;
        System.arraycopy(text, 0, payload, 2, length);
        return payload;
    }

    /// Copies `length` bytes at `index` out of a frame, taking the mask off.
    ///
    /// @param key the masking key as the frame carries it, 0 for a bare frame
    public static void unmask(ByteBuf frame, int index, int length, int key, byte[] target) {
        frame.getBytes(index, target, 0, length);
        if (key != 0) {
            for (int i = 0; i < length; i++) {
                target[i] ^= (byte) (key >>> (24 - 8 * (i & 3)));
            }
        }
    }

    /// A frame that is written many times: unpooled, never released, each write takes a duplicate.
    public static ByteBuf constant(int opcode, String payload) {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        requireShort(bytes.length);
        ByteBuf frame = Unpooled.directBuffer(2 + bytes.length)
                .writeByte(FINAL | opcode)
                .writeByte(bytes.length)
                .writeBytes(bytes);
        return Unpooled.unreleasableBuffer(frame.asReadOnly());
    }

    private static void requireShort(int length) {
        if (length > MAX_CONTROL_PAYLOAD) {
            throw new IllegalArgumentException(
                    "payload: %d bytes (expected: at most %d)".formatted(length, MAX_CONTROL_PAYLOAD));
        }
    }
}

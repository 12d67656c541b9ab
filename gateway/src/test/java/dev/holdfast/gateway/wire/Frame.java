package dev.holdfast.gateway.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/// A WebSocket frame, legal or not (RFC 6455, section 5.2); two frames are equal when their bytes before masking are.
///
/// @param rsv     the three reserved bits as a number of 0 to 7; 4 is RSV1
/// @param payload unmasked; its position never moves
record Frame(boolean fin, int rsv, int opcode, ByteBuffer payload) {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    static Frame of(int opcode, byte[] payload) {
        return new Frame(true, 0, opcode, ByteBuffer.wrap(payload).asReadOnlyBuffer());
    }

    static Frame text(String text) {
        return of(TEXT, text.getBytes(UTF_8));
    }

    static Frame binary(byte[] payload) {
        return of(BINARY, payload);
    }

    static Frame continuation(String text) {
        return of(CONTINUATION, text.getBytes(UTF_8));
    }

    static Frame ping(String payload) {
        return of(PING, payload.getBytes(UTF_8));
    }

    static Frame pong(String payload) {
        return of(PONG, payload.getBytes(UTF_8));
    }

    static Frame close(int code, String reason) {
        byte[] text = reason.getBytes(UTF_8);
        ByteBuffer payload = ByteBuffer.allocate(2 + text.length);
        return of(CLOSE, payload.putShort((short) code).put(text).array());
    }

    static Frame closeWithoutCode() {
        return of(CLOSE, new byte[0]);
    }

    /// The same frame as one that others of its message follow.
    Frame unfinished() {
        return new Frame(false, rsv, opcode, payload);
    }

    Frame withRsv(int bits) {
        return new Frame(fin, bits, opcode, payload);
    }

    String text() {
        return UTF_8.decode(payload.duplicate()).toString();
    }

    /// The close code, or 1005 for a Close frame without one (RFC 6455, section 7.1.5).
    int closeCode() {
        return payload.remaining() < 2 ? 1005 : payload.getShort(0) & 0xffff;
    }

    byte[] unmasked() {
        return RawLeg.joined(header(0), bytes());
    }

    byte[] masked(int key) {
        byte[] mask = ByteBuffer.allocate(4).putInt(key).array();
        byte[] masked = bytes();
        for (int i = 0; i < masked.length; i++) {
            masked[i] ^= mask[i & 3];
        }
        return RawLeg.joined(header(0x80), mask, masked);
    }

    private byte[] bytes() {
        byte[] bytes = new byte[payload.limit()];
        payload.get(0, bytes);
        return bytes;
    }

    private byte[] header(int maskBit) {
        int size = payload.limit();
        byte start = (byte) ((fin ? 0x80 : 0) | rsv << 4 | opcode);
        if (size < 126) {
            return new byte[] {start, (byte) (maskBit | size)};
        }
        ByteBuffer header = size < 65536
                ? ByteBuffer.allocate(4).putShort(2, (short) size)
                : ByteBuffer.allocate(10).putLong(2, size);
        header.put(0, start).put(1, (byte) (maskBit | (size < 65536 ? 126 : 127)));
        return header.array();
    }

    @Override
    public String toString() {
        String shown = opcode == CLOSE ? "code " + closeCode() + " " + reason() : abbreviated();
        return "Frame[fin=%s rsv=%d opcode=%d %d bytes: %s]".formatted(fin, rsv, opcode, payload.limit(), shown);
    }

    String reason() {
        return payload.limit() <= 2
                ? ""
                : UTF_8.decode(payload.slice(2, payload.limit() - 2)).toString();
    }

    private String abbreviated() {
        return UTF_8.decode(payload.slice(0, Math.min(payload.limit(), 100))).toString();
    }
}

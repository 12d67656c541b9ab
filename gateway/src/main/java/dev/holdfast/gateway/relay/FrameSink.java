package dev.holdfast.gateway.relay;

import io.netty.buffer.ByteBuf;

/// What a [FrameScanner] finds, in the order of the wire.
interface FrameSink {
    /// Bytes that go on to the other leg unchanged. The callee owns them, also when it fails.
    void pass(ByteBuf bytes);

    /// A text message of at most [FrameScanner#INSPECTED_BYTES] payload bytes in one frame, from a client.
    ///
    /// @param frame the bytes it is in, not to be kept
    /// @param index where its payload starts
    /// @param key its masking key, 0 without a mask
    /// @return whether it goes on to the other leg
    default boolean shortText(ByteBuf frame, int index, int length, int key) {
        return true;
    }

    /// A Ping or a Pong, which ends here.
    void control(int opcode, byte[] payload);

    /// A Close frame, the last frame of this direction.
    ///
    /// @param frame the whole frame as it came. The callee owns it
    /// @param code the close code, or [dev.holdfast.gateway.leg.CloseCode#NO_CODE]
    /// @param payload the code's two bytes and the reason, without a mask
    void closed(ByteBuf frame, int code, byte[] payload);

    /// A data message is complete, and all of it was passed on or is in the bytes about to be.
    ///
    /// @param size bytes of its frames, headers included
    void messagePassed(int size);

    /// As [#pass], for bytes of a message that ends in later ones. Only on a direction where messages are to stay
    /// whole.
    default void passPart(ByteBuf bytes) {
        pass(bytes);
    }

    /// The peer broke the protocol; nothing of this direction is scanned any more.
    void violated(int code, String reason);

    /// The other leg stands between two frames, after [FrameScanner#interrupt].
    void betweenFrames();
}

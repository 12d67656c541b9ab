package dev.holdfast.gateway.leg;

import io.netty.buffer.ByteBuf;

/// What a leg tells the session it belongs to. Every call runs on the leg's event loop.
public interface LegEvents {
    /// Bytes came in. The callee owns them and releases them.
    void received(ByteBuf bytes);

    /// The burst of [#received] calls is over: the time to flush what it caused, once.
    void receivedAll();

    /// The leg takes bytes again after it did not.
    void drained();

    /// The leg's TCP connection is gone, in whatever way. Called once, last.
    void gone();
}

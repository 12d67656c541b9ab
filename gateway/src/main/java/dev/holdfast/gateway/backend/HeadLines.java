package dev.holdfast.gateway.backend;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/// The head of a request or of an answer as it goes over the wire (RFC 9112, section 2.1), written line by line.
/// There is no map of headers in between, which would check and hash again what a decoder has checked.
public final class HeadLines {
    private static final String END = "\r\n";

    private final StringBuilder text = new StringBuilder(512);

    /// @param first the request line or the status line
    public HeadLines(String first) {
        text.append(first).append(END);
    }

    /// @param name of a header, and `value` what it says: from a decoder or from us, and so without line breaks
    public HeadLines add(String name, String value) {
        text.append(name).append(": ").append(value).append(END);
        return this;
    }

    /// All lines so far, without the empty one that ends a head.
    byte[] toBytes() {
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /// The whole head.
    public ByteBuf end(ByteBufAllocator allocator) {
        return ByteBufUtil.writeAscii(allocator, text.append(END));
    }
}

package dev.holdfast.gateway.handshake;

import io.netty.buffer.ByteBuf;

/// Finds the ends of request heads in what one connection sends, cut anywhere.
final class HeadEnd {
    static final int NONE = -1;

    /// A line begins with a space: obsolete line folding (RFC 9112, section 5.2).
    static final int FOLDED = -2;

    private static final String MARK = "\r\n\r\n";
    private static final int LINE_END = 2;

    /// How much of [#MARK] has come last.
    private int matched;

    /// The index behind the next head, or [#NONE], or [#FOLDED]. Bodies are searched too: what looks like a head's end
    /// there does no harm.
    int in(ByteBuf bytes, boolean isInBody) {
        for (int i = bytes.readerIndex(); i < bytes.writerIndex(); i++) {
            byte next = bytes.getByte(i);
            if (matched == LINE_END && !isInBody && (next == ' ' || next == '\t')) {
                return FOLDED;
            }
            matched = next == MARK.charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
            if (matched == MARK.length()) {
                matched = 0;
                return i + 1;
            }
        }
        return NONE;
    }
}

package dev.holdfast.gateway.backend;

import dev.holdfast.gateway.link.LinkHeaders;
import dev.holdfast.gateway.link.ResumePoint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The request for an upgrade, as bytes: a session keeps it for as long as it may have to dial again.
public final class UpgradeHead {
    private static final String FIRST = LinkHeaders.FIRST + ": ";
    private static final String SINCE = LinkHeaders.SINCE + ": ";
    private static final String SPEAKS_V1 = LinkHeaders.PROTOCOL + ": 1\r\n";
    private static final String TRACE = "traceparent: ";
    private static final String END = "\r\n";

    private final byte[] lines;
    private final String accept;
    /// As the client wrote them: a list of their names would take twenty times as much.
    private final String subprotocols;

    /// @param lines all of it, the WebSocket headers included
    /// @param offer the client's headers
    public UpgradeHead(HeadLines lines, HttpHeaders offer) {
        this.lines = lines.toBytes();
        accept = WebSocketKey.accept(offer.get(HttpHeaderNames.SEC_WEBSOCKET_KEY, ""));
        subprotocols = String.join(",", offer.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL));
    }

    /// The `Sec-WebSocket-Accept` that the answer must have.
    public String accept() {
        return accept;
    }

    boolean offers(String subprotocol) {
        return !subprotocol.isEmpty()
                && Arrays.stream(subprotocols.split(",")).map(String::strip).anyMatch(subprotocol::equals);
    }

    ByteBuf from(ResumePoint point, @Nullable String traceparent, ByteBufAllocator allocator) {
        ByteBuf head = allocator.buffer(lines.length + 128).writeBytes(lines);
        ByteBufUtil.writeAscii(head, FIRST + point.first() + END);
        if (point.since() != null) {
            ByteBufUtil.writeAscii(head, SINCE + point.since() + END);
        }
        if (point.speaksV1()) {
            ByteBufUtil.writeAscii(head, SPEAKS_V1);
        }
        if (traceparent != null) {
            ByteBufUtil.writeAscii(head, TRACE + traceparent + END);
        }
        ByteBufUtil.writeAscii(head, END);
        return head;
    }
}

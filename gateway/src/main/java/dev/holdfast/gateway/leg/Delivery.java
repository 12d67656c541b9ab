package dev.holdfast.gateway.leg;

import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// How far what was written to a leg has come, in bytes of its connection. A socket that takes bytes says little of the
/// peer: the kernel may hold some megabytes of them (`tcp_wmem`, tcp(7)).
///
/// @param acknowledged what has reached the peer's kernel
/// @param written what was to be sent so far; while something waits in Netty's queue a little more, since that counts a
///     buffer whole until all of it is sent, and its own costs
public record Delivery(long acknowledged, long written) {
    /// Where the kernel does not say: as if all had arrived.
    static final Delivery UNKNOWN = new Delivery(0, 0);

    // linux/tcp.h: struct tcp_info, which has grown at its end only. A kernel that knows less leaves zeros
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;
    private static final int BYTES_ACKED = 120;
    private static final int NOTSENT_BYTES = 144;
    private static final int BYTES_SENT = 200;
    private static final int BYTES_RETRANS = 208;
    private static final int SIZE = 216;

    static Delivery of(Socket socket, long queued) throws IOException {
        ByteBuffer info = ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder());
        socket.getRawOpt(IPPROTO_TCP, TCP_INFO, info);
        long acknowledged = info.getLong(BYTES_ACKED);
        long sent = info.getLong(BYTES_SENT) - info.getLong(BYTES_RETRANS);
        long unsent = Integer.toUnsignedLong(info.getInt(NOTSENT_BYTES));
        return new Delivery(acknowledged, Math.max(acknowledged, sent) + unsent + queued);
    }
}

package dev.holdfast.game.log.redis;

import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// A name server that gives one IPv4 address for any name, good for ten minutes, as Docker's does (RFC 1035, section
/// 4).
final class LastingNames implements AutoCloseable {
    private static final int HEADER_BYTES = 12;
    private static final int TYPE_A = 1;
    private static final int TTL_SECONDS = 600;

    private final DatagramSocket socket;
    private volatile byte[] address;

    LastingNames(InetAddress address) {
        this.address = address.getAddress();
        try {
            socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        Thread.ofVirtual().name("name server").start(this::answer);
    }

    void move(InetAddress now) {
        address = now.getAddress();
    }

    DnsServerAddressStreamProvider provider() {
        return new SingletonDnsServerAddressStreamProvider((InetSocketAddress) socket.getLocalSocketAddress());
    }

    private void answer() {
        var packet = new DatagramPacket(new byte[512], 512);
        while (!socket.isClosed()) {
            try {
                packet.setLength(512);
                socket.receive(packet);
                byte[] reply = reply(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
                socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
            } catch (IOException closed) {
                socket.close();
            }
        }
    }

    private byte[] reply(ByteBuffer query) {
        int end = HEADER_BYTES;
        while (query.get(end) != 0) {
            end += 1 + query.get(end);
        }
        boolean isKnown = query.getShort(end + 1) == TYPE_A;
        byte[] question = new byte[end + 5 - HEADER_BYTES];
        query.get(HEADER_BYTES, question);
        ByteBuffer reply = ByteBuffer.allocate(512)
                .putShort(query.getShort(0))
                .putShort((short) 0x8180) // a reply, recursion wanted and available, no error
                .putShort((short) 1)
                .putShort((short) (isKnown ? 1 : 0))
                .putInt(0)
                .put(question);
        if (isKnown) {
            reply.putShort((short) (0xc000 | HEADER_BYTES)) // the name in the question
                    .putShort((short) TYPE_A)
                    .putShort((short) 1)
                    .putInt(TTL_SECONDS)
                    .putShort((short) 4)
                    .put(address);
        }
        byte[] bytes = new byte[reply.position()];
        reply.get(0, bytes);
        return bytes;
    }

    @Override
    public void close() {
        socket.close();
    }
}

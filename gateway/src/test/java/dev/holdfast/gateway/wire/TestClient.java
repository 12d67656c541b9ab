package dev.holdfast.gateway.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/// A player's end of a connection to the gateway.
final class TestClient extends RawLeg {
    private TestClient(Socket socket) throws IOException {
        super(socket, true);
    }

    static TestClient connect(int port) {
        return connect(port, 0);
    }

    /// @param receiveBufferBytes of the socket, at which the kernel stops taking what is not read; 0 leaves it alone
    static TestClient connect(int port, int receiveBufferBytes) {
        Socket socket = new Socket();
        try {
            if (receiveBufferBytes > 0) {
                // Before the connection: the kernel announces the window's scale with the SYN.
                socket.setReceiveBufferSize(receiveBufferBytes);
            }
            socket.connect(new InetSocketAddress("localhost", port), (int) DEADLINE.toMillis());
            return new TestClient(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The address that the gateway sees, without the port.
    String address() {
        return socket().getLocalAddress().getHostAddress();
    }

    TestClient ask(Handshake handshake) {
        write(handshake.bytes());
        return this;
    }
}

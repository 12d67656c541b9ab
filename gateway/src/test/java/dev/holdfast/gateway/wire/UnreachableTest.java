package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A backend that does not even answer a SYN: its queue of connections is full, or packets to it get lost.
class UnreachableTest {
    private static final ServerSocket full = listening();
    private static final List<Socket> queued = fill(full);

    @RegisterExtension
    static final TestGateway gateway =
            new TestGateway("http://localhost:" + full.getLocalPort(), "HANDSHAKE_TIMEOUT=2s");

    @AfterAll
    static void close() throws IOException {
        for (Socket each : queued) {
            each.close();
        }
        full.close();
    }

    @Test
    void a_client_is_told_when_its_time_is_over() {
        TestClient client = gateway.connect().ask(Handshake.to("/ws/g1/p1"));

        assertThat(client.nextHead().status()).isEqualTo(504);
    }

    private static ServerSocket listening() {
        try {
            return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new AssertionError("no port to listen on", e);
        }
    }

    /// Connects until no more connections are taken.
    private static List<Socket> fill(ServerSocket server) {
        List<Socket> taken = new ArrayList<>();
        while (true) {
            try {
                Socket socket = new Socket();
                taken.add(socket);
                socket.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), 200);
            } catch (SocketTimeoutException isFull) {
                return taken;
            } catch (IOException e) {
                throw new AssertionError("cannot fill the queue of connections", e);
            }
        }
    }
}

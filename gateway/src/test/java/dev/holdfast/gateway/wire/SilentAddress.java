package dev.holdfast.gateway.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// An address that does not even answer a SYN: its queue of connections is full. So is one whose packets get lost.
final class SilentAddress implements AfterAllCallback {
    private static final int NO_ANSWER_MILLIS = 200;

    private final ServerSocket full;
    private final List<Socket> queued = new ArrayList<>();

    /// @param port 0 for a free one
    SilentAddress(InetAddress address, int port) {
        try {
            full = new ServerSocket(port, 1, address);
            while (isTaken()) {
                // Until no more are
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isTaken() throws IOException {
        Socket socket = new Socket();
        queued.add(socket);
        try {
            socket.connect(new InetSocketAddress(full.getInetAddress(), full.getLocalPort()), NO_ANSWER_MILLIS);
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    int port() {
        return full.getLocalPort();
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        for (Socket each : queued) {
            each.close();
        }
        full.close();
    }
}

package dev.holdfast.game.log.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Between a client and a server on this machine. Once it has forgotten a connection nothing passes on it and neither
/// end is told, as when the host behind an address is another one now.
final class ForgetfulRouter implements AutoCloseable {
    private static final int CHUNK_BYTES = 16 << 10;

    private final ServerSocket entrance;
    private final URI server;
    private final Set<Socket> known = ConcurrentHashMap.newKeySet();
    private final Set<Socket> forgotten = ConcurrentHashMap.newKeySet();

    ForgetfulRouter(String server) {
        this.server = URI.create(server);
        try {
            entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        Thread.ofVirtual().name("router to " + server).start(this::accept);
    }

    /// Of the server, by way of this router.
    String url() {
        return "redis://127.0.0.1:" + entrance.getLocalPort();
    }

    /// All connections that there are; later ones pass.
    void forget() {
        forgotten.addAll(known);
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                Socket near = entrance.accept();
                var far = new Socket(server.getHost(), server.getPort());
                known.add(near);
                known.add(far);
                Thread.ofVirtual().start(() -> pass(near, far));
                Thread.ofVirtual().start(() -> pass(far, near));
            } catch (IOException closed) {
                close();
            }
        }
    }

    private void pass(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] chunk = new byte[CHUNK_BYTES];
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                if (!forgotten.contains(from)) {
                    out.write(chunk, 0, count);
                }
            }
            if (!forgotten.contains(from)) {
                end(to);
            }
        } catch (IOException broken) {
            end(from);
            end(to);
        }
    }

    @Override
    public void close() {
        try {
            entrance.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        known.forEach(ForgetfulRouter::end);
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

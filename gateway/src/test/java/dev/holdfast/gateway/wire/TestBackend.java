package dev.holdfast.gateway.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A backend that does nothing but what a test does with the connections it takes from [#accept]: a connection that is
/// not taken is a backend that accepts TCP and stays silent.
///
/// Listens on a free port from its construction on; connections that a test left are closed after it.
final class TestBackend implements AfterEachCallback, AfterAllCallback {
    private final int receiveBufferBytes;
    private final @Nullable InetAddress address;
    private final int port;
    private final List<BackendLeg> legs = new CopyOnWriteArrayList<>();
    private ServerSocket listener;
    private CompletableFuture<Void> listening = CompletableFuture.completedFuture(null);

    TestBackend() {
        this(0);
    }

    /// @param receiveBufferBytes of each socket, at which the kernel stops taking what is not read; 0 leaves it alone
    TestBackend(int receiveBufferBytes) {
        this(null, 0, receiveBufferBytes);
    }

    private TestBackend(@Nullable InetAddress address, int port, int receiveBufferBytes) {
        this.address = address;
        this.receiveBufferBytes = receiveBufferBytes;
        listener = listen(port);
        this.port = listener.getLocalPort();
    }

    /// One that listens on this address only, and not on all of them.
    ///
    /// @param port 0 for a free one
    static TestBackend at(InetAddress address, int port) {
        return new TestBackend(address, port, 0);
    }

    int port() {
        return port;
    }

    String url() {
        return "http://localhost:" + port;
    }

    /// Takes the next connection, in the order in which they were made, and reads the head of its request.
    BackendLeg accept() {
        try {
            listener.setSoTimeout((int) RawLeg.DEADLINE.toMillis());
            Optional<BackendLeg> leg = take(listener.accept());
            while (leg.isEmpty()) {
                leg = take(listener.accept());
            }
            return leg.get();
        } catch (SocketTimeoutException e) {
            throw new AssertionError("Waited " + RawLeg.DEADLINE + " for the gateway to dial the backend", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Treats every further connection alike, each on a thread of its own, until the test ends or the backend goes
    /// down.
    void always(Consumer<BackendLeg> treatment) {
        ServerSocket current = listener;
        listening = CompletableFuture.runAsync(() -> treatAll(current, treatment), RawLeg.MEANWHILE);
    }

    private void treatAll(ServerSocket current, Consumer<BackendLeg> treatment) {
        while (!current.isClosed()) {
            try {
                Socket socket = current.accept();
                RawLeg.MEANWHILE.execute(() -> take(socket).ifPresent(treatment));
            } catch (SocketTimeoutException e) {
                // Nobody dialled; go on listening.
            } catch (SocketException e) {
                // Closed by down().
                return;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// Frees the port: whoever dials it now is refused by the kernel.
    void down() {
        try {
            listener.close();
            // The kernel frees the port when the thread that listens has left it.
            listening.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Listens again on the same port.
    void up() {
        down();
        listener = listen(port);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        legs.forEach(BackendLeg::reset);
        legs.clear();
        // Forgets the connections that nobody took.
        up();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        down();
    }

    private Optional<BackendLeg> take(Socket socket) {
        try {
            Optional<BackendLeg> leg = BackendLeg.over(socket);
            leg.ifPresent(legs::add);
            return leg;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ServerSocket listen(int port) {
        try {
            ServerSocket listener = new ServerSocket();
            listener.setReuseAddress(true);
            if (receiveBufferBytes > 0) {
                listener.setReceiveBufferSize(receiveBufferBytes);
            }
            listener.bind(address == null ? new InetSocketAddress(port) : new InetSocketAddress(address, port), 128);
            return listener;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.holdfast.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The network in front of a server on this machine, which can do to its connections what networks do. Connections that
/// are made after a fault are not touched by it. Safe from any thread.
final class Wire implements AutoCloseable {
    private static final int CHUNK_BYTES = 16 << 10;

    private enum Mode {
        PASS,
        STALL,
        SWALLOW,
        SWALLOW_REPLIES,
        TEAR
    }

    private final ServerSocket entrance;
    private final int target;
    private final Set<Line> lines = ConcurrentHashMap.newKeySet();

    Wire(int target) {
        this.target = target;
        try {
            entrance = new ServerSocket(0, 4096, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        Thread.ofVirtual().name("wire to " + target).start(this::accept);
    }

    int port() {
        return entrance.getLocalPort();
    }

    /// Ends all connections, as a process does that exits.
    void cut() {
        lines.forEach(Line::close);
    }

    /// Ends all connections with a reset, as a router does that has forgotten them.
    void reset() {
        lines.forEach(Line::reset);
    }

    /// Nothing passes any more, and nobody is told: half-open.
    void swallow() {
        set(Mode.SWALLOW);
    }

    /// What the server answers is lost from now on, until a [#reset].
    void swallowReplies() {
        set(Mode.SWALLOW_REPLIES);
    }

    /// Each connection is reset in the middle of the next thing that the server sends.
    void tear() {
        set(Mode.TEAR);
    }

    /// Nothing passes until [#go], and then everything does.
    void stall() {
        set(Mode.STALL);
    }

    void go() {
        set(Mode.PASS);
    }

    private void set(Mode mode) {
        lines.forEach(line -> line.set(mode));
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                Socket near = entrance.accept();
                Thread.ofVirtual().start(() -> connect(near));
            } catch (IOException closed) {
                break;
            }
        }
    }

    private void connect(Socket near) {
        try {
            var far = new Socket(InetAddress.getLoopbackAddress(), target);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            var line = new Line(near, far);
            lines.add(line);
            Thread.ofVirtual().start(() -> line.pump(near, far, false));
            Thread.ofVirtual().start(() -> line.pump(far, near, true));
        } catch (IOException refused) {
            // As near to a refusal as one can come once a connection is accepted.
            end(near, true);
        }
    }

    private static void end(Socket socket, boolean withReset) {
        try (socket) {
            if (withReset) {
                socket.setSoLinger(true, 0);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("end of a connection to port " + socket.getPort(), failure);
        }
    }

    @Override
    public void close() {
        try {
            entrance.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        cut();
    }

    /// One connection.
    private final class Line {
        private final Socket near;
        private final Socket far;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private Mode mode = Mode.PASS;
        private boolean isOver;

        Line(Socket near, Socket far) {
            this.near = near;
            this.far = far;
        }

        void set(Mode next) {
            lock.lock();
            try {
                mode = next;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        private Mode awaitGo() throws InterruptedException {
            lock.lock();
            try {
                while (mode == Mode.STALL) {
                    changed.await();
                }
                return mode;
            } finally {
                lock.unlock();
            }
        }

        void pump(Socket from, Socket to, boolean isReply) {
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] chunk = new byte[CHUNK_BYTES];
                for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                    Mode now = awaitGo();
                    if (now == Mode.TEAR && isReply) {
                        out.write(chunk, 0, count / 2);
                        reset();
                        return;
                    }
                    boolean isLost = now == Mode.SWALLOW || (now == Mode.SWALLOW_REPLIES && isReply);
                    if (!isLost) {
                        out.write(chunk, 0, count);
                    }
                }
                if (awaitGo() == Mode.SWALLOW) {
                    return;
                }
                to.shutdownOutput();
                if (from.isOutputShutdown()) {
                    close();
                }
            } catch (IOException broken) {
                reset();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                reset();
            }
        }

        void reset() {
            end(true);
        }

        void close() {
            end(false);
        }

        private void end(boolean withReset) {
            lock.lock();
            try {
                if (!isOver) {
                    isOver = true;
                    mode = Mode.PASS;
                    changed.signalAll();
                    lines.remove(this);
                    Wire.end(near, withReset);
                    Wire.end(far, withReset);
                }
            } finally {
                lock.unlock();
            }
        }
    }
}

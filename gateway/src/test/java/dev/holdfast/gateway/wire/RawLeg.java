package dev.holdfast.gateway.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// One end of a TCP connection that says what a test tells it, right or wrong, and reads only when asked.
///
/// Every wait ends after [#DEADLINE] with an `AssertionError` that says what was awaited. Used by one thread at
/// a time, but for the writes that [#writeMeanwhile] makes.
abstract class RawLeg implements AutoCloseable {
    static final Duration DEADLINE = Duration.ofSeconds(30);
    static final Executor MEANWHILE = task -> Thread.ofVirtual().start(task);
    private static final int END = -1;

    private final Socket socket;
    private final InputStream in;
    private final boolean client;
    private final Random keys = new Random(6455);
    private long deadlineNanos;

    RawLeg(Socket socket, boolean client) throws IOException {
        this.socket = socket;
        this.client = client;
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    final Socket socket() {
        return socket;
    }

    /// Writes the bytes at once; blocks as long as the other end does not read.
    final void write(byte[]... parts) {
        try {
            socket.getOutputStream().write(joined(parts));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    final void write(String text) {
        write(text.getBytes(UTF_8));
    }

    /// Writes on a thread of its own, for what is too large to be written before it is read.
    final CompletableFuture<Void> writeMeanwhile(byte[] bytes) {
        return CompletableFuture.runAsync(() -> write(bytes), MEANWHILE);
    }

    /// Sends the frames in one write, masked when this is a client's end.
    final void send(Frame... frames) {
        byte[][] parts = new byte[frames.length][];
        for (int i = 0; i < frames.length; i++) {
            parts[i] = encoded(frames[i]);
        }
        write(parts);
    }

    final byte[] encoded(Frame frame) {
        return client ? frame.masked(keys.nextInt()) : frame.unmasked();
    }

    /// Reads up to the empty line.
    final Head nextHead() {
        startDeadline();
        List<String> lines = new ArrayList<>();
        for (String line = line("a head"); !line.isEmpty(); line = line("a head")) {
            lines.add(line);
        }
        return new Head(lines.getFirst(), lines.subList(1, lines.size()));
    }

    /// The body that belongs to the head: by its length, in chunks, or up to the end of the connection.
    final String nextBody(Head head) {
        startDeadline();
        if (head.has("Content-Length")) {
            return new String(exactly(Integer.parseInt(head.field("Content-Length")), "a body"), UTF_8);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (head.field("Transfer-Encoding").equalsIgnoreCase("chunked")) {
            for (int size = chunk(); size > 0; size = chunk()) {
                body.writeBytes(exactly(size, "a chunk"));
                line("the end of a chunk");
            }
            line("the end of the chunks");
        } else {
            for (int next = next("a body"); next != END; next = next("a body")) {
                body.write(next);
            }
        }
        return body.toString(UTF_8);
    }

    final Frame nextFrame() {
        startDeadline();
        Frame frame = frameOrEnd();
        if (frame == null) {
            throw ended("a frame");
        }
        return frame;
    }

    /// Reads frames up to the end of the connection; a Close is answered on the way, as a well-behaved end does.
    final List<Frame> framesToEnd() {
        startDeadline();
        List<Frame> frames = new ArrayList<>();
        for (Frame frame = frameOrEnd(); frame != null; frame = frameOrEnd()) {
            frames.add(frame);
            if (frame.opcode() == Frame.CLOSE) {
                sendIfOpen(frame);
            }
        }
        return frames;
    }

    /// Sends the frame to an end that may have gone.
    final void sendIfOpen(Frame frame) {
        writeMeanwhile(encoded(frame)).exceptionally(gone -> null).join();
    }

    private @Nullable Frame frameOrEnd() {
        int first = next("a frame");
        if (first == END) {
            return null;
        }
        byte[] start = {(byte) first, exactly(1, "a length")[0]};
        boolean masked = (start[1] & 0x80) != 0;
        if (masked == client) {
            throw new AssertionError(client ? "The server masked a frame" : "The client did not mask a frame");
        }
        int size = size(start[1] & 0x7f);
        byte[] mask = masked ? exactly(4, "a mask") : new byte[4];
        byte[] payload = exactly(size, "a payload");
        for (int i = 0; i < size; i++) {
            payload[i] ^= mask[i & 3];
        }
        return new Frame(
                (start[0] & 0x80) != 0,
                start[0] >> 4 & 7,
                start[0] & 0xf,
                ByteBuffer.wrap(payload).asReadOnlyBuffer());
    }

    private int size(int shortSize) {
        return switch (shortSize) {
            case 126 -> ByteBuffer.wrap(exactly(2, "a length")).getShort() & 0xffff;
            case 127 -> Math.toIntExact(ByteBuffer.wrap(exactly(8, "a length")).getLong());
            default -> shortSize;
        };
    }

    /// Waits for the end of the connection, clean or by a reset; a byte before it is a failure.
    final void expectEnd() {
        startDeadline();
        int next = next("the end of the connection");
        if (next != END) {
            throw new AssertionError("Expected the end of the connection, got the byte 0x%02x".formatted(next));
        }
    }

    /// Reads and drops whatever comes until the connection ends.
    final void readToEnd() {
        startDeadline();
        byte[] dropped = new byte[8 << 10];
        while (read(dropped, 0, "the end of the connection") != END) {
            // Only the end matters.
        }
    }

    /// Ends the connection with a TCP reset, as a vanished network does.
    final void reset() {
        try {
            if (!socket.isClosed()) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Ends the connection with a TCP FIN, without a Close frame.
    @Override
    public final void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int chunk() {
        return Integer.parseInt(line("the size of a chunk"), 16);
    }

    private String line(String awaited) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = next(awaited); next != '\n'; next = next(awaited)) {
            if (next == END) {
                throw ended(awaited);
            }
            line.write(next);
        }
        return line.toString(ISO_8859_1).stripTrailing();
    }

    private byte[] exactly(int size, String awaited) {
        byte[] bytes = new byte[size];
        for (int filled = 0; filled < size; ) {
            int count = read(bytes, filled, awaited);
            if (count == END) {
                throw ended(awaited);
            }
            filled += count;
        }
        return bytes;
    }

    /// Whether a byte comes before the end of the connection.
    final boolean hasMore() throws IOException {
        startDeadline();
        in.mark(1);
        boolean hasMore = next("anything") != END;
        if (hasMore) {
            in.reset();
        }
        return hasMore;
    }

    private int next(String awaited) {
        byte[] one = new byte[1];
        return read(one, 0, awaited) == END ? END : one[0] & 0xff;
    }

    private int read(byte[] into, int from, String awaited) {
        try {
            long leftMillis =
                    Duration.ofNanos(deadlineNanos - System.nanoTime()).toMillis();
            socket.setSoTimeout((int) Math.max(1, leftMillis));
            return in.read(into, from, into.length - from);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("Waited " + DEADLINE + " for " + awaited, e);
        } catch (SocketException e) {
            return END;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void startDeadline() {
        deadlineNanos = System.nanoTime() + DEADLINE.toNanos();
    }

    private static AssertionError ended(String awaited) {
        return new AssertionError("The connection ended instead of bringing " + awaited);
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}

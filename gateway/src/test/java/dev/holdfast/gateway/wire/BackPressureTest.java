package dev.holdfast.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Scanner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A reader that stops reading stops its writer, after no more than what the kernel and the water marks hold.
class BackPressureTest {
    private static final String PAUSES = "holdfast_backpressure_pauses_total";
    private static final int RECEIVE_BUFFER = 8 << 10;

    private static final int MESSAGE = 48 << 10;

    // What the sockets on the way may hold: the writer's out, the gateway's in and out. A gateway without
    // back-pressure takes everything.
    private static final long BOUND = 2 * largestBuffer("tcp_wmem") + largestBuffer("tcp_rmem") + (2 << 20);
    private static final long ENDLESS = 2 * BOUND;

    @RegisterExtension
    static final TestBackend backend = new TestBackend(RECEIVE_BUFFER);

    @RegisterExtension
    static final TestGateway gateway = new TestGateway(backend.url());

    @Test
    void a_client_that_does_not_read_stops_the_backend() {
        Session session = withSlowClient();
        double pauses = gateway.metric(PAUSES, "leg=\"backend\"");
        Flood flood = Flood.from(session.backend());
        assertThat(flood.sentBytes()).isLessThan(BOUND);
        assertThat(gateway.metric(PAUSES, "leg=\"backend\"")).isGreaterThan(pauses);
        flood.assertArrivesAt(session.client());
    }

    @Test
    void a_backend_that_does_not_read_stops_the_client() {
        Session session = gateway.open(backend);
        double pauses = gateway.metric(PAUSES, "leg=\"client\"");
        Flood flood = Flood.from(session.client());
        assertThat(flood.sentBytes()).isLessThan(BOUND);
        assertThat(gateway.metric(PAUSES, "leg=\"client\"")).isGreaterThan(pauses);
        flood.assertArrivesAt(session.backend());
    }

    @Test
    void a_client_that_does_not_read_is_still_heard() {
        Session session = withSlowClient();
        Flood flood = Flood.from(session.backend());
        session.client().send(Frame.text("slow, not gone"));
        assertThat(session.backend().nextFrame()).isEqualTo(Frame.text("slow, not gone"));
        flood.assertArrivesAt(session.client());
    }

    @Test
    void a_client_that_does_not_read_and_pings_without_end_is_stopped_or_cut() {
        Session session = withSlowClient();
        Frame ping = Frame.of(Frame.PING, new byte[125]);
        byte[] pings = session.client().encoded(ping);
        byte[][] burst = new byte[400][];
        java.util.Arrays.fill(burst, pings);
        byte[] bytes = RawLeg.joined(burst);
        double pauses = gateway.metric(PAUSES, "leg=\"client\"");
        long sent = 0;
        for (boolean open = true; open && sent < ENDLESS; sent += bytes.length) {
            open = isDone(session.client().writeMeanwhile(bytes), pauses, "leg=\"client\"");
        }
        assertThat(sent).isLessThan(BOUND);
        // Nothing went to the backend: it was the answers that could not leave
        assertThat(gateway.metric(PAUSES, "leg=\"client\"")).isGreaterThan(pauses);
    }

    @Test
    void a_slow_session_holds_up_nobody_else() {
        Session slow = withSlowClient();
        Flood flood = Flood.from(slow.backend());
        Session quick = gateway.open(backend);
        quick.client().send(Frame.text("quick"));
        assertThat(quick.backend().nextFrame()).isEqualTo(Frame.text("quick"));
        flood.assertArrivesAt(slow.client());
    }

    @Test
    void a_stopped_leg_notices_the_end_of_the_other_one() {
        Session session = withSlowClient();
        Flood.from(session.backend());
        session.client().reset();
        session.backend().readToEnd();
    }

    /// Bytes up to which the kernel lets a socket's buffer grow (Linux: tcp(7)), which differs between machines; where
    /// it does not say, what is usual.
    private static long largestBuffer(String setting) {
        Path file = Path.of("/proc/sys/net/ipv4", setting);
        if (!Files.exists(file)) {
            return 8 << 20;
        }
        try (Scanner minDefaultMax = new Scanner(file, StandardCharsets.US_ASCII)) {
            minDefaultMax.nextLong();
            minDefaultMax.nextLong();
            return minDefaultMax.nextLong();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Session withSlowClient() {
        TestClient client = gateway.connect(RECEIVE_BUFFER).ask(Handshake.to("/ws/g1/slow"));
        BackendLeg leg = backend.accept().upgrade();
        return new Session(client, client.nextHead(), leg);
    }

    /// Whether the write ended, and not the gateway stopped reading: as long as it has not, what takes time is the
    /// machine.
    ///
    /// @param pauses the gateway's before the first write, of the leg of this label
    private static boolean isDone(CompletableFuture<Void> write, double pauses, String label) {
        long deadline = System.nanoTime() + RawLeg.DEADLINE.toNanos();
        try {
            while (System.nanoTime() < deadline) {
                if (isDoneSoon(write)) {
                    return true;
                }
                if (gateway.metric(PAUSES, label) > pauses) {
                    return false;
                }
            }
            return false;
        } catch (ExecutionException e) {
            // Cut by the other end.
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError("Nobody interrupts a test", e);
        }
    }

    /// Whether the write ended within a time in which a leg that is being read takes more.
    private static boolean isDoneSoon(CompletableFuture<Void> write) throws ExecutionException, InterruptedException {
        try {
            write.get(500, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    /// Messages that were sent until a write blocked.
    ///
    /// @param lastWrite the one that blocked, and ends when the reader goes on
    private record Flood(List<Frame> frames, CompletableFuture<Void> lastWrite) {
        static Flood from(RawLeg leg) {
            String label = leg instanceof BackendLeg ? "leg=\"backend\"" : "leg=\"client\"";
            double pauses = gateway.metric(PAUSES, label);
            Random noise = new Random(1);
            List<Frame> frames = new ArrayList<>();
            CompletableFuture<Void> write;
            do {
                byte[] payload = new byte[MESSAGE];
                noise.nextBytes(payload);
                frames.add(Frame.binary(payload));
                write = leg.writeMeanwhile(leg.encoded(frames.getLast()));
            } while (isDone(write, pauses, label) && frames.size() * (long) MESSAGE < ENDLESS);
            return new Flood(frames, write);
        }

        long sentBytes() {
            return frames.size() * (long) MESSAGE;
        }

        void assertArrivesAt(RawLeg reader) {
            for (Frame frame : frames) {
                assertThat(reader.nextFrame()).isEqualTo(frame);
            }
            lastWrite.join();
        }
    }
}

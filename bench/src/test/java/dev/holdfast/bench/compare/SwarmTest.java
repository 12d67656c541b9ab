package dev.holdfast.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class SwarmTest {
    private static final Duration SHORT = Duration.ofMillis(300);

    @Test
    void sessions_open_and_talk_in_both_ways() {
        try (EchoServer backend = new EchoServer(0, false);
                Swarm swarm = new Swarm()) {
            assertThat(swarm.open(backend.port(), 20)).isPositive();
            assertThat(swarm.count()).isEqualTo(20);
            assertThat(swarm.closedLoop(SHORT)).isPositive();

            Histogram latencies = swarm.openLoop(1000, SHORT);
            assertThat(latencies.getTotalCount()).isEqualTo(300);
        }
    }

    @Test
    void a_stall_is_charged_to_all_messages_that_were_due_in_it() throws IOException {
        try (Stalling backend = new Stalling();
                Swarm swarm = new Swarm()) {
            swarm.open(backend.listener.getLocalPort(), 1);
            Histogram latencies = swarm.openLoop(1000, SHORT);

            // The backend answers nothing before it has them all: the first has waited for the last
            assertThat(latencies.getTotalCount()).isEqualTo(300);
            assertThat(latencies.getMaxValue()).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(290));
            assertThat(latencies.getValueAtPercentile(50)).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(140));
        }
    }

    @Test
    void a_refused_handshake_ends_the_measurement() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Swarm swarm = new Swarm()) {
            CompletableFuture<Void> refused =
                    CompletableFuture.runAsync(() -> refuse(listener), Thread.ofVirtual()::start);

            assertThatThrownBy(() -> swarm.open(listener.getLocalPort(), 1)).hasMessageContaining("HTTP/1.1 503 No");
            refused.orTimeout(10, TimeUnit.SECONDS).join();
        }
    }

    private static void refuse(ServerSocket listener) {
        try (Socket socket = listener.accept()) {
            readHead(socket.getInputStream());
            socket.getOutputStream().write("HTTP/1.1 503 No\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException gone) {
            throw new AssertionError(gone);
        }
    }

    private static void readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
    }

    /// Answers 300 messages together, when the last one is there.
    private static final class Stalling implements AutoCloseable {
        private static final int FRAME_BYTES = 2 + 4 + Swarm.MESSAGE_BYTES;

        private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

        Stalling() throws IOException {
            Thread.ofVirtual().start(this::serve);
        }

        private void serve() {
            try (Socket socket = listener.accept()) {
                readHead(socket.getInputStream());
                socket.getOutputStream().write("HTTP/1.1 101 Yes\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                socket.getInputStream().readNBytes(300 * FRAME_BYTES);
                byte[] echo = new byte[2 + Swarm.MESSAGE_BYTES];
                echo[0] = (byte) SmallFrames.BINARY;
                echo[1] = Swarm.MESSAGE_BYTES;
                for (int i = 0; i < 300; i++) {
                    socket.getOutputStream().write(echo);
                }
                socket.getInputStream().readAllBytes();
            } catch (IOException gone) {
                throw new AssertionError(gone);
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}

package dev.holdfast.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/// Attackers at one address: a third of them open sessions, a third drip a request, a third say nothing. Who is turned
/// away comes again some seconds later. A program of its own, which ends after its time and says what it met.
final class Crowd {
    private static final Duration REST = Duration.ofSeconds(5);
    private static final int PATIENCE_MILLIS = 60_000;
    private static final int BETWEEN_BYTES_MILLIS = 1_000;
    private static final String DRIP = "GET /ws/g/p HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + "y".repeat(100);

    private final InetAddress address;
    private final int port;
    private final ExecutorService members = Executors.newVirtualThreadPerTaskExecutor();
    private final LongAdder attempts = new LongAdder();
    private final Map<String, LongAdder> ends = new ConcurrentSkipListMap<>();
    private volatile boolean isOver;

    private enum Way {
        PLAYS,
        DRIPS,
        IS_SILENT
    }

    private Crowd(InetAddress address, int port) {
        this.address = address;
        this.port = port;
    }

    /// @param arguments the address it comes from and goes to, a port, how many they are, and for how many seconds
    public static void main(String[] arguments) throws IOException {
        Crowd crowd = new Crowd(InetAddress.getByName(arguments[0]), Integer.parseInt(arguments[1]));
        crowd.run(Integer.parseInt(arguments[2]), Duration.ofSeconds(Integer.parseInt(arguments[3])));
        System.out.println("flood: " + crowd.attempts + " attempts, of which ended " + crowd.ends);
    }

    private void run(int size, Duration time) {
        for (int i = 0; i < size; i++) {
            int member = i;
            members.execute(() -> keepTrying(member));
        }
        LockSupport.parkNanos(time.toNanos());
        isOver = true;
        members.shutdownNow();
        members.close();
    }

    private void keepTrying(int member) {
        Way way = Way.values()[member % Way.values().length];
        rest();
        while (!isOver) {
            attempts.increment();
            String end = attempt(way, member);
            if (!isOver) {
                ends.computeIfAbsent(way + " " + end, _ -> new LongAdder()).increment();
                rest();
            }
        }
    }

    private static void rest() {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(2 * REST.toNanos()));
    }

    /// The status it was answered with last, or how it ended without one.
    private String attempt(Way way, int member) {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(address, 0));
            socket.connect(new InetSocketAddress(address, port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            if (way == Way.PLAYS) {
                socket.getOutputStream().write(upgrade(member));
            }
            for (int i = 0; way == Way.DRIPS && i < DRIP.length() && !isOver; i++) {
                socket.getOutputStream().write(DRIP.charAt(i));
                LockSupport.parkNanos(Duration.ofMillis(BETWEEN_BYTES_MILLIS).toNanos());
            }
            byte[] start = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
            String status = start.length == 0 ? "cut off" : new String(start, StandardCharsets.US_ASCII).substring(9);
            if (status.equals("101")) {
                socket.getInputStream().readAllBytes();
            }
            return status;
        } catch (IOException failure) {
            return failure.getClass().getSimpleName();
        }
    }

    private static byte[] upgrade(int member) {
        return """
                GET /ws/crowd-%d/p HTTP/1.1\r
                Host: localhost\r
                Origin: http://localhost:5173\r
                Connection: Upgrade\r
                Upgrade: websocket\r
                Sec-WebSocket-Version: 13\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                \r
                """.formatted(member).getBytes(StandardCharsets.US_ASCII);
    }
}

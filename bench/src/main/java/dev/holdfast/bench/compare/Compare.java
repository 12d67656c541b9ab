package dev.holdfast.bench.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/// Measures all contenders, one after the other and again and again, and writes one table. `bin/bench`.
public final class Compare {
    private static final int FEW = 50;
    private static final int RATED = 1_000;
    private static final int RATE = 10_000;
    /// Of the slowest hundredth of one of them a single disturbance of the machine decides.
    private static final int RATED_WINDOWS = 5;
    private static final Duration SETTLE = Duration.ofSeconds(2);
    private static final Duration MEMORY_SETTLES = Duration.ofSeconds(9);
    /// Openings, and some talk after each, until compilers have done what they will: those of the JVM take that many.
    private static final int UNTIL_WARM = 11;
    /// Openings from then on, since a collection of the JVM's falls into one and not into another.
    private static final int WARM = 5;
    private static final String LATE = "the %dth to %dth, median".formatted(UNTIL_WARM + 1, UNTIL_WARM + WARM);
    private static final int UNTIL_BACKEND_IS_WARM = 3;

    private final int sessions;
    private final Duration phase;

    private Compare(int sessions, Duration phase) {
        this.sessions = sessions;
        this.phase = phase;
    }

    /// @param arguments java, the extracted gateway, the stock gateway's source, sessions, rounds, seconds of
    ///     each phase, and a file for the table, or `-`
    public static void main(String[] arguments) throws IOException {
        List<Contender> contenders = Contenders.all(
                arguments[0], Path.of(arguments[1]), Path.of(arguments[2]).toAbsolutePath());
        Compare compare = new Compare(Integer.parseInt(arguments[3]), Duration.ofSeconds(Long.parseLong(arguments[5])));
        int rounds = Integer.parseInt(arguments[4]);
        List<List<Figures>> figures = contenders.stream()
                .map(_ -> (List<Figures>) new ArrayList<Figures>())
                .toList();
        List<String> failures = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            for (int turn = 0; turn < contenders.size(); turn++) {
                // Who comes first and who follows whom differs from round to round
                int i = (turn * (round % 2 == 0 ? contenders.size() - 1 : 1) + round - 1) % contenders.size();
                Contender contender = contenders.get(i);
                try {
                    Figures measured = compare.measure(contender);
                    figures.get(i).add(measured);
                    System.out.printf("round %d %-21s %s%n", round, contender.name(), measured);
                } catch (IllegalStateException failure) {
                    failures.add("round %d, %s: %s".formatted(round, contender.name(), failure.getMessage()));
                    System.out.println(failures.getLast());
                }
            }
        }
        String page = page(contenders, figures, failures, compare, rounds);
        System.out.println(page);
        if (!arguments[6].equals("-")) {
            Files.writeString(Path.of(arguments[6]), page);
        }
        System.exit(failures.isEmpty() ? 0 : 1);
    }

    private Figures measure(Contender contender) throws IOException {
        int port = freePort();
        try (EchoServers backend = EchoServers.start(contender.isLinked())) {
            // Client and backend are warm from here on: of a contender that has just started only itself is cold
            for (int opening = 0; opening < UNTIL_BACKEND_IS_WARM; opening++) {
                openAndTalk(backend.port());
            }
            return measure(contender, port, backend.port());
        }
    }

    private Figures measure(Contender contender, int port, int backendPort) throws IOException {
        try (Contender.Running running = contender.start(port, backendPort)) {
            // Until those who give memory back have done so
            Swarm.rest(MEMORY_SETTLES);
            double empty = running.mebibytes();
            double cold;
            double full;
            double idle;
            try (Swarm swarm = new Swarm()) {
                cold = seconds(swarm.open(port, sessions));
                Swarm.rest(MEMORY_SETTLES);
                full = running.mebibytes();
                double before = running.cpuSeconds();
                Swarm.rest(phase);
                idle = 100 * (running.cpuSeconds() - before) / seconds(phase);
                swarm.closedLoop(phase);
            }
            double[] openings = new double[UNTIL_WARM + WARM + 1];
            for (int number = 2; number < UNTIL_WARM + WARM; number++) {
                openings[number] = openAndTalk(port);
            }
            Swarm.rest(SETTLE);
            double[] many;
            try (Swarm swarm = new Swarm()) {
                openings[UNTIL_WARM + WARM] = seconds(swarm.open(port, sessions));
                swarm.closedLoop(phase.dividedBy(2));
                many = closedLoop(running, swarm);
            }
            double[] warm = Arrays.copyOfRange(openings, UNTIL_WARM + 1, openings.length);
            Arrays.sort(warm);
            Swarm.rest(SETTLE);
            double[] few;
            try (Swarm swarm = new Swarm()) {
                swarm.open(port, FEW);
                swarm.closedLoop(phase.dividedBy(2));
                few = closedLoop(running, swarm);
            }
            try (Swarm swarm = new Swarm()) {
                swarm.open(port, Math.min(RATED, sessions));
                swarm.openLoop(RATE, phase);
                List<Histogram> windows = Stream.generate(() -> swarm.openLoop(RATE, phase))
                        .limit(RATED_WINDOWS)
                        .toList();
                List<Double> millis = Stream.of(50.0, 99.0, 99.9)
                        .map(percentile -> Figures.median(windows.stream()
                                .mapToDouble(latencies -> latencies.getValueAtPercentile(percentile) / 1e6)
                                .sorted()
                                .toArray()))
                        .toList();
                return new Figures(
                        cold,
                        openings[2],
                        openings[8],
                        Figures.median(warm),
                        empty,
                        full,
                        idle,
                        many[0],
                        many[1],
                        few[0],
                        few[1],
                        millis);
            }
        }
    }

    /// Seconds that it took to open all sessions.
    private double openAndTalk(int port) {
        Swarm.rest(SETTLE);
        try (Swarm swarm = new Swarm()) {
            double opened = seconds(swarm.open(port, sessions));
            swarm.closedLoop(phase.dividedBy(5));
            return opened;
        }
    }

    /// Messages a second, and microseconds of the gateway's CPU for each.
    private double[] closedLoop(Contender.Running running, Swarm swarm) {
        double before = running.cpuSeconds();
        long started = System.nanoTime();
        long messages = swarm.closedLoop(phase);
        double used = running.cpuSeconds() - before;
        return new double[] {messages / ((System.nanoTime() - started) / 1e9), used * 1e6 / messages};
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static String page(
            List<Contender> contenders, List<List<Figures>> figures, List<String> failures, Compare compare, int rounds)
            throws IOException {
        StringBuilder page = new StringBuilder("# Side by side\n\nWritten by `bin/bench` on ")
                .append(LocalDate.now(ZoneOffset.UTC))
                .append(", by nothing else. ")
                .append(machine())
                .append("""
                         Client, gateway and backend share these cores, so compare the columns, not the figures with those of other
                        machines. Messages of %d bytes through each gateway to a backend that echoes them, all on loopback; %d rounds of
                        %d s for each figure, the contenders in turn in each round and in another order each time; median
                        (smallest–largest). A latency counts from when the message was due; a round has %d such times for it, and
                        counts their median. Memory is proportional set size, CPU is the process's own accounting, children included.
                        Memory, the first two openings and the idle CPU are of a process that was just started (client and backend
                        are warm by then); messages, latencies and the last openings of the same process once it is warm, as a server
                        of hours is, which takes the two on the JVM some %,d handshakes.

                        """.formatted(
                                Swarm.MESSAGE_BYTES,
                                rounds,
                                compare.phase.toSeconds(),
                                RATED_WINDOWS,
                                UNTIL_WARM * compare.sessions / 10_000 * 10_000));
        page.append(Figures.table(
                contenders.stream().map(Contender::name).toList(), figures, compare.sessions, LATE, FEW, RATE));
        page.append('\n');
        contenders.forEach(contender -> page.append("- ")
                .append(contender.name())
                .append(": ")
                .append(contender.version())
                .append('\n'));
        failures.forEach(failure -> page.append("- failed: ").append(failure).append('\n'));
        return page.toString();
    }

    private static String machine() throws IOException {
        String model = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown CPU");
        return "%s, %d cores, Linux %s%s, Java %s."
                .formatted(
                        model,
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.version"),
                        tracksConnections()
                                ? " that tracks connections (for a firewall's or a container engine's rules)"
                                : "",
                        System.getProperty("java.version"));
    }

    /// Whether the kernel looks up each packet in a table of connections, loopback's too: one more is in it then. What
    /// it holds may be left from when it did.
    private static boolean tracksConnections() throws IOException {
        long before = tracked();
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var client = new Socket(server.getInetAddress(), server.getLocalPort())) {
            return client.isConnected() && tracked() > before;
        }
    }

    private static long tracked() throws IOException {
        Path count = Path.of("/proc/sys/net/netfilter/nf_conntrack_count");
        return Files.exists(count) ? Long.parseLong(Files.readString(count).strip()) : 0;
    }

    /// The backend in a process of its own, so that its garbage is not the client's.
    private record EchoServers(Process process, int port) implements AutoCloseable {
        static EchoServers start(boolean speaksLink) throws IOException {
            int port = freePort();
            Process process = new ProcessBuilder(
                            System.getProperty("java.home") + "/bin/java",
                            "--enable-native-access=ALL-UNNAMED",
                            "--sun-misc-unsafe-memory-access=allow",
                            "-Xmx256m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            EchoServer.class.getName(),
                            Integer.toString(port),
                            Boolean.toString(speaksLink))
                    .inheritIO()
                    .start();
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (!isUp(port)) {
                if (System.nanoTime() > deadline || !process.isAlive()) {
                    process.destroyForcibly();
                    throw new IllegalStateException("the echo backend did not start");
                }
                Swarm.rest(Duration.ofMillis(20));
            }
            return new EchoServers(process, port);
        }

        private static boolean isUp(int port) {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return true;
            } catch (IOException notYet) {
                return false;
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}

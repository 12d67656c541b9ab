package dev.holdfast.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// One address opens connections by the thousand while honest players play, and what they notice of it. The honest
/// come from loopback, the flood from this machine's own address. `bin/flood PLAYERS CONNECTIONS SECONDS`.
final class Flood {
    private static final Duration PACE = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int PLAYERS_PER_GAME = 2;

    private Flood() {}

    public static void main(String[] arguments) {
        if (arguments.length != 3) {
            throw new IllegalArgumentException(
                    "arguments: " + List.of(arguments) + " (expected: PLAYERS CONNECTIONS SECONDS)");
        }
        int players = Integer.parseInt(arguments[0]);
        int connections = Integer.parseInt(arguments[1]);
        Duration phase = Duration.ofSeconds(Integer.parseInt(arguments[2]));
        InetAddress address = ownAddress();
        try (Services services = Services.onSqlite(Services.Setup.LARGE);
                var run = new Run(services, 1, PACE, LIMIT)) {
            for (int game = 1; game <= players / PLAYERS_PER_GAME; game++) {
                run.v1("flood-" + game, PLAYERS_PER_GAME, Habits.GOOD);
            }
            run.start();
            run.awaitProgress(5);
            System.out.printf("%,d players; %,d connections from %s%n", players, connections, address);
            System.out.printf(
                    "%-8s %8s %8s %8s %8s %12s %14s%n",
                    "phase", "acks", "p50 ms", "p99 ms", "max ms", "gateway MiB", "gateway CPU s");
            play(services, run, "before", phase);
            Process crowd = crowd(address, services.entrances().getFirst().getPort(), connections, phase);
            play(services, run, "during", phase);
            awaitEnd(crowd);
            play(services, run, "after", phase);
            run.finish();
            List<String> violations = run.violations();
            violations.stream().limit(20).forEach(System.out::println);
            System.out.println(violations.size() + " violations");
            System.exit(violations.isEmpty() ? 0 : 1);
        }
    }

    /// At the lowest priority, so that on one machine it is the gateway that is short of time, not the players.
    private static Process crowd(InetAddress address, int port, int connections, Duration time) {
        try {
            return new ProcessBuilder(
                            "nice",
                            "-n",
                            "19",
                            System.getProperty("java.home") + "/bin/java",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Crowd.class.getName(),
                            address.getHostAddress(),
                            Integer.toString(port),
                            Integer.toString(connections),
                            Long.toString(time.toSeconds()))
                    .inheritIO()
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void awaitEnd(Process crowd) {
        try {
            if (!crowd.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                crowd.destroyForcibly();
                throw new IllegalStateException("the flood did not end within " + LIMIT);
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted while waiting for the flood", interrupted);
        }
    }

    private static void play(Services services, Run run, String phase, Duration time) {
        long fromNanos = System.nanoTime();
        long largest = 0;
        Duration cpuBefore = services.gateway().cpu();
        while (System.nanoTime() - fromNanos < time.toNanos()) {
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            largest = Math.max(largest, residentMebibytes(services.gateway().pid()));
        }
        long toNanos = System.nanoTime();
        Duration cpu = services.gateway().cpu().minus(cpuBefore);
        // What was said at the end has its answer by then
        run.awaitProgress(2);
        List<Long> waits = waits(run.histories(), fromNanos, toNanos);
        System.out.printf(
                "%-8s %8d %8.1f %8.1f %8.1f %12d %14.1f%n",
                phase,
                waits.size(),
                millis(Tally.percentile(waits, 50)),
                millis(Tally.percentile(waits, 99)),
                millis(waits.getLast()),
                largest,
                cpu.toMillis() / 1e3);
    }

    /// From saying to the ack, of what was said in that time; ascending.
    private static List<Long> waits(List<History> histories, long fromNanos, long toNanos) {
        List<Long> waits = new ArrayList<>();
        for (History history : histories) {
            Map<String, Long> saidAt = new HashMap<>();
            history.all(Moment.Said.class)
                    .filter(said -> said.atNanos() >= fromNanos && said.atNanos() < toNanos)
                    .forEach(said -> saidAt.put(said.id(), said.atNanos()));
            history.all(Moment.Acked.class).forEach(ack -> {
                Long from = saidAt.remove(ack.id());
                if (from != null) {
                    waits.add(ack.atNanos() - from);
                }
            });
        }
        waits.sort(null);
        return waits;
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }

    private static long residentMebibytes(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .sum();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static InetAddress ownAddress() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalStateException(
                                    "this machine has no address but loopback, which the gateway does not limit; add one to any interface"));
        } catch (SocketException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

package dev.holdfast.bench.compare;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Counts what one relayed message and its echo cost the gateway, in figures that do not depend on the machine: bytes
/// allocated and system calls. Fails when they are more than they were. `bin/guard`.
public final class Guard {
    /// Messages that go through at once, so that a read takes several.
    private static final int SESSIONS = 50;
    private static final Duration WARM_UP = Duration.ofSeconds(8);
    private static final Duration MEASURED = Duration.ofSeconds(4);
    private static final Duration TRACED = Duration.ofSeconds(2);
    private static final int WARM_UP_SCRAPES = 20;
    /// None; what is measured is rounded to the pieces of heap that threads get.
    private static final int MOST_BYTES = 8;
    /// What the backend confirms, and the cursor that is kept of it.
    private static final int MOST_LINKED_BYTES = 250;
    /// A wait, a read and a write each way, and some for the sweeps.
    private static final double MOST_CALLS = 6.5;
    private static final Set<String> CALLS = Set.of(
            "epoll_wait",
            "epoll_pwait",
            "epoll_pwait2",
            "read",
            "readv",
            "recvfrom",
            "recvmsg",
            "write",
            "writev",
            "sendto",
            "sendmsg",
            "epoll_ctl",
            "timerfd_settime",
            "eventfd2");

    private Guard() {}

    /// @param arguments java, and the extracted gateway
    public static void main(String[] arguments) throws Exception {
        boolean isGood = true;
        for (boolean linked : new boolean[] {false, true}) {
            System.out.println(linked ? "to a backend with the link:" : "to a backend without the link:");
            isGood &= costsLittle(arguments, linked);
        }
        System.exit(isGood ? 0 : 1);
    }

    private static boolean costsLittle(String[] arguments, boolean linked) throws IOException, InterruptedException {
        int port = Compare.freePort();
        int management = Compare.freePort();
        try (var backend = new EchoServer(0, linked);
                Contender.Running running = Contenders.forCounting(
                                arguments[0], Path.of(arguments[1]).toAbsolutePath(), management)
                        .start(port, backend.port())) {
            boolean allocatesLittle = allocates(port, management, linked ? MOST_LINKED_BYTES : MOST_BYTES);
            boolean callsLittle = calls(port, running.process().pid());
            return allocatesLittle && callsLittle;
        }
    }

    /// The gateway's heap is never collected, so what is used is what was allocated.
    private static boolean allocates(int port, int management, int most) throws IOException, InterruptedException {
        try (var swarm = new Swarm()) {
            swarm.open(port, SESSIONS);
            swarm.closedLoop(WARM_UP);
            for (int i = 0; i < WARM_UP_SCRAPES; i++) {
                usedBytes(management);
            }
            long first = usedBytes(management);
            long before = usedBytes(management);
            long scrape = before - first;
            long messages = swarm.closedLoop(MEASURED);
            double each = (usedBytes(management) - before - scrape) / (double) messages;
            return report("bytes allocated", each, most, messages);
        }
    }

    private static long usedBytes(int management) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + "/actuator/prometheus"))
                .timeout(Duration.ofSeconds(10))
                .build();
        String scrape;
        try (var http = HttpClient.newHttpClient()) {
            scrape = http.send(request, BodyHandlers.ofString()).body();
        }
        return (long) scrape.lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{") && line.contains("area=\"heap\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /// One session, so that no two messages share a read.
    private static boolean calls(int port, long pid) throws IOException, InterruptedException {
        Path summary = Files.createTempFile("holdfast-guard-", ".strace");
        try (var swarm = new Swarm()) {
            swarm.open(port, 1);
            swarm.closedLoop(TRACED);
            Process strace;
            try {
                strace = new ProcessBuilder("strace", "-f", "-c", "-o", summary.toString(), "-p", Long.toString(pid))
                        .redirectErrorStream(true)
                        .start();
            } catch (IOException missing) {
                System.out.println("system calls: not counted, as there is no strace (Debian: apt install strace)");
                return true;
            }
            Swarm.rest(Duration.ofSeconds(1));
            if (!strace.isAlive()) {
                System.out.println("system calls: not counted, as strace may not: "
                        + strace.inputReader().readLine());
                return true;
            }
            long messages = swarm.closedLoop(TRACED);
            new ProcessBuilder("kill", "-INT", Long.toString(strace.pid()))
                    .start()
                    .waitFor();
            strace.waitFor(20, TimeUnit.SECONDS);
            double each = (double) counted(Files.readAllLines(summary)) / messages;
            return report("system calls", each, MOST_CALLS, messages);
        } finally {
            Files.delete(summary);
        }
    }

    /// Of the summary of `strace -c`: the calls of the event loops. Columns: % time, seconds, usecs/call, calls, errors
    /// if any, name.
    static long counted(List<String> summary) {
        return summary.stream()
                .map(line -> line.strip().split("\\s+"))
                .filter(columns -> columns.length >= 5 && CALLS.contains(columns[columns.length - 1]))
                .mapToLong(columns -> Long.parseLong(columns[3]))
                .sum();
    }

    private static boolean report(String what, double each, double most, long messages) {
        boolean isGood = each <= most;
        System.out.printf(
                "%-16s %6.1f for a message and its echo (at most %.1f; %,d messages)%s%n",
                what, each, most, messages, isGood ? "" : " FAILED");
        return isGood;
    }
}

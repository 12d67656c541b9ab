package dev.holdfast.e2e;

import dev.holdfast.e2e.Services.Setup;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How many commands the game-backend carries out, what each costs it, and how long its store takes: `bin/throughput`.
/// Players talk to the game-backend directly and keep a number of commands open, so that this is a closed loop;
/// spectators only listen.
final class Throughput {
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration LENGTH = Duration.ofSeconds(10);
    private static final String SEQ = "\"seq\":";
    private static final Pattern BUCKET =
            Pattern.compile("holdfast_append_seconds_bucket\\{.*le=\"([^\"]+)\".*} ([0-9.E+]+)");

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Services services;
    private final URI metrics;
    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("talkers").factory());

    private Throughput(Services services) {
        this.services = services;
        metrics = URI.create(
                "http://127.0.0.1:" + services.backend().setting("MANAGEMENT_PORT") + "/actuator/prometheus");
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.out.printf(
                "%-8s %6s %8s %11s %5s %12s %10s %12s %14s %14s%n",
                "store",
                "games",
                "players",
                "spectators",
                "open",
                "commands/s",
                "CPU us/c",
                "KiB alloc/c",
                "append p50 ms",
                "append p99 ms");
        for (String store : List.of("sqlite", "redis")) {
            Setup setup = Setup.LARGE.withEnvironment(Map.of("WS_MESSAGES_PER_SECOND", "1000000"));
            try (Services services =
                    store.equals("sqlite") ? Services.onSqlite(setup) : Services.onRedis(1, "always", setup)) {
                var throughput = new Throughput(services);
                throughput.measure(store, 4, 1, 0, 1);
                throughput.measure(store, 1, 2, 0, 32);
                throughput.measure(store, 1, 1, 200, 8);
                throughput.measure(store, 1000, 2, 0, 1);
                throughput.loop.shutdownNow();
            }
        }
    }

    /// @param players and spectators of each game
    /// @param open commands that each player keeps open
    private void measure(String store, int games, int players, int spectators, int open)
            throws IOException, InterruptedException {
        List<Talking> clients = new ArrayList<>();
        for (int game = 0; game < games; game++) {
            for (int client = 0; client < players + spectators; client++) {
                String name = "throughput-%d-%d-%d".formatted(games, spectators, game);
                clients.add(new Talking(name, "p" + client, client < players ? open : 0));
            }
        }
        clients.forEach(Talking::start);
        Fault.pass(WARM_UP);
        long before = total(clients);
        Map<Double, Double> bucketsBefore = buckets();
        double allocatedBefore = allocatedBytes();
        Duration cpuBefore = services.backend().cpu();
        long sinceNanos = System.nanoTime();
        Fault.pass(LENGTH);
        double seconds = (System.nanoTime() - sinceNanos) / 1e9;
        long acked = total(clients) - before;
        double cpuMicros = services.backend().cpu().minus(cpuBefore).toNanos() / 1e3;
        double allocatedKib = (allocatedBytes() - allocatedBefore) / 1024;
        Map<Double, Double> buckets = buckets();
        bucketsBefore.forEach((le, count) -> buckets.merge(le, -count, Double::sum));
        System.out.printf(
                "%-8s %6d %8d %11d %5d %12.0f %10.0f %12.1f %14.2f %14.2f%n",
                store,
                games,
                games * players,
                games * spectators,
                open,
                acked / seconds,
                cpuMicros / acked,
                allocatedKib / acked,
                percentile(buckets, 0.5),
                percentile(buckets, 0.99));
        clients.forEach(Talking::stop);
        LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
    }

    private static long total(List<Talking> clients) {
        return clients.stream().mapToLong(client -> client.acked).sum();
    }

    /// How many appends took at most so many seconds, since the game-backend began.
    private Map<Double, Double> buckets() throws IOException, InterruptedException {
        Map<Double, Double> buckets = new TreeMap<>();
        Matcher matcher = BUCKET.matcher(scrape());
        while (matcher.find()) {
            double le =
                    matcher.group(1).equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(matcher.group(1));
            buckets.put(le, Double.parseDouble(matcher.group(2)));
        }
        return buckets;
    }

    /// Since the game-backend began, as of the last collection of young garbage.
    private double allocatedBytes() throws IOException, InterruptedException {
        return scrape().lines()
                .filter(line -> line.startsWith("jvm_gc_memory_allocated_bytes_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private String scrape() throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /// In milliseconds, linear within a bucket.
    private static double percentile(Map<Double, Double> buckets, double share) {
        double wanted = share * buckets.getOrDefault(Double.POSITIVE_INFINITY, 0.0);
        double lowerBound = 0;
        double lowerCount = 0;
        for (Map.Entry<Double, Double> bucket : buckets.entrySet()) {
            if (bucket.getValue() >= wanted && bucket.getValue() > lowerCount) {
                double part = (wanted - lowerCount) / (bucket.getValue() - lowerCount);
                return 1000 * (lowerBound + part * (bucket.getKey() - lowerBound));
            }
            lowerBound = bucket.getKey();
            lowerCount = bucket.getValue();
        }
        return Double.NaN;
    }

    /// One client. On the loop, but for the count.
    private final class Talking implements Leg.Ears {
        private final URI uri;
        private final int open;
        private @Nullable Leg leg;
        private volatile long acked;
        private long said;
        private long seen;
        private boolean hasStopped;

        private Talking(String game, String player, int open) {
            this.uri = URI.create("ws://127.0.0.1:" + services.backendPort() + "/ws/" + game + "/" + player + "?v=1");
            this.open = open;
        }

        private void start() {
            loop.execute(() -> leg = Leg.open(uri, loop, this));
        }

        private void stop() {
            loop.execute(() -> {
                hasStopped = true;
                if (leg != null) {
                    leg.cut();
                }
            });
        }

        @Override
        public void opened() {
            send(Text.object("sys.hello").put("v", 1).toString());
        }

        private void send(String text) {
            if (leg != null) {
                leg.send(text);
            }
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // written by the loop alone
        public void received(String text) {
            if (text.startsWith("{\"type\":\"sys.live\"")) {
                for (int i = 0; i < open; i++) {
                    say();
                }
            } else if (text.startsWith("{\"type\":\"sys.ack\"")) {
                acked++;
                seen = Math.max(seen, seq(text));
                say();
            } else if (text.startsWith("{\"type\":\"ping\"")) {
                send(Text.object("pong").toString());
            } else if (text.startsWith("{\"type\":\"sys.nack\"")) {
                throw new IllegalStateException(uri + " got " + text);
            }
        }

        private static long seq(String ack) {
            int from = ack.indexOf(SEQ) + SEQ.length();
            int to = from;
            while (Character.isDigit(ack.charAt(to))) {
                to++;
            }
            return Long.parseLong(ack, from, to, 10);
        }

        private void say() {
            if (!hasStopped) {
                said++;
                send("{\"type\":\"say\",\"n\":" + said + ",\"$\":{\"id\":\"" + said + "\",\"seen\":" + seen + "}}");
            }
        }

        @Override
        public void ended(int code, String reason) {
            if (!hasStopped) {
                System.err.println(uri + " ended: " + code + " " + reason);
            }
        }
    }
}

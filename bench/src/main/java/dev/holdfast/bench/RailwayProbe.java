package dev.holdfast.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// Measures what a hosting platform does not say: whether forged headers get through, how long a message may be, how
/// long a quiet socket lives, and what a redeploy does to open sockets and new ones. `bin/railway-probe` runs this
/// file as it stands, without a build, so it uses nothing outside the JDK and this package.
public final class RailwayProbe {
    private static final String USAGE = """
            bin/railway-probe URL [MINUTES]
              URL       the gateway, wss://host or ws://host:port, without a path
              MINUTES   how long to hold sockets and try handshakes, up to 1440, fractions allowed (20)
            The environment variables ORIGIN and TOKEN, if set, are sent as the Origin header and a JWT for all players.""";
    private static final Pattern PING = Pattern.compile("\\{\\s*\"type\"\\s*:\\s*\"ping\"\\s*}");
    private static final String PONG = "{\"type\":\"pong\"}";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long EACH_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int NO_CLOSE_FRAME = 1006;
    private static final String CUT_OFF = "cut off without a close frame";
    private static final int SOCKETS = 3;
    private static final int[] SIZES = {1_000, 16_384, 65_536, 262_144, 1_048_576};
    /// No address, so that whoever believes it has to complain.
    private static final String FORGED = "forged.invalid";

    private final URI gateway;
    private final ClientHeaders clientHeaders;
    private final PrintStream out;
    private final String run = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private long startedAtNanos;

    private RailwayProbe(URI gateway, ClientHeaders clientHeaders, PrintStream out) {
        this.gateway = gateway;
        this.clientHeaders = clientHeaders;
        this.out = out;
    }

    public static void main(String[] arguments) throws InterruptedException {
        try {
            if (arguments.length < 1 || arguments.length > 2) {
                throw new IllegalArgumentException("arguments: " + List.of(arguments));
            }
            URI gateway = address(arguments[0]);
            Duration hold = minutes(arguments.length == 2 ? arguments[1] : "20");
            probe(gateway, ClientHeaders.ofEnvironment(), hold, System.out);
        } catch (IllegalArgumentException usage) {
            System.err.println(usage.getMessage() + System.lineSeparator() + USAGE);
            System.exit(2);
        } catch (CompletionException | IOException failure) {
            System.err.println(arguments[0] + " cannot be probed: " + reason(failure));
            System.exit(1);
        }
    }

    static void probe(URI gateway, ClientHeaders clientHeaders, Duration hold, PrintStream out)
            throws IOException, InterruptedException {
        var probe = new RailwayProbe(gateway, clientHeaders, out);
        probe.headers();
        probe.sizes();
        probe.hold(hold);
    }

    private static URI address(String text) {
        URI url = URI.create(text);
        boolean isWebSocket = "ws".equals(url.getScheme()) || "wss".equals(url.getScheme());
        if (!isWebSocket || url.getHost() == null || url.getRawPath().length() > 1) {
            throw new IllegalArgumentException(
                    "URL: " + text + " (expected: wss://host or ws://host:port, without a path)");
        }
        return url;
    }

    private static Duration minutes(String text) {
        double minutes;
        try {
            minutes = Double.parseDouble(text);
        } catch (NumberFormatException notANumber) {
            minutes = -1;
        }
        if (!(minutes > 0 && minutes <= 1440)) {
            throw new IllegalArgumentException("MINUTES: " + text + " (expected: a number over 0, at most 1440)");
        }
        return Duration.ofMillis((long) (minutes * 60_000));
    }

    private void headers() throws IOException, InterruptedException {
        out.println("headers");
        HttpResponse<String> plain = get("");
        plain.headers().map().forEach((name, values) -> {
            if (name.matches("server|via|x-.*|cf-.*") && !name.startsWith("x-content") && !name.startsWith("x-frame")) {
                row(name, String.join(", ", values) + " (of an answer)");
            }
        });
        HttpResponse<String> forged = get(FORGED);
        row(
                "X-Real-IP",
                forged.body().contains(FORGED)
                        ? "passed on as a client wrote it, and believed: anybody may pretend an address"
                        : forged.statusCode() == plain.statusCode()
                                ? "overwritten on the way, or believed by nobody: a forged one made no difference"
                                : "a forged one was answered with %d instead of %d"
                                        .formatted(forged.statusCode(), plain.statusCode()));
    }

    private HttpResponse<String> get(String realIp) throws IOException, InterruptedException {
        URI url =
                URI.create(gateway.resolve("/api/games/probe-" + run).toString().replaceFirst("^ws", "http"));
        HttpRequest.Builder request = HttpRequest.newBuilder(url).timeout(PATIENCE);
        if (!realIp.isEmpty()) {
            request.header("X-Real-IP", realIp).header("X-Forwarded-For", realIp);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private void sizes() {
        out.println("messages from one player to another");
        String game = "probe-" + run;
        var sender = Socket.open(this, game, "sender");
        var receiver = Socket.open(this, game, "receiver");
        for (int size : SIZES) {
            String message = "{\"type\":\"probe\",\"fill\":\"" + "x".repeat(size - 26) + "\"}";
            long sentAtNanos = System.nanoTime();
            CompletableFuture<String> arrival = receiver.next("\"probe\"");
            sender.send(message);
            try {
                CompletableFuture.anyOf(arrival, sender.ended.thenAccept(arrival::complete))
                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (TimeoutException silent) {
                arrival.complete("did not arrive within " + PATIENCE.toSeconds() + " s");
            } catch (Exception failure) {
                throw new CompletionException(failure);
            }
            String end = arrival.join();
            boolean hasArrived = end.startsWith("{");
            row(
                    "%,d bytes".formatted(size),
                    hasArrived ? "arrived after %d ms".formatted(millis(System.nanoTime() - sentAtNanos)) : end);
            if (!hasArrived) {
                break;
            }
        }
        sender.close();
        receiver.close();
    }

    /// Holds sockets that say nothing but pongs, and tries a handshake each second.
    private void hold(Duration time) {
        out.printf(
                "for %s: %d sockets that only answer pings, and a handshake each second; redeploy whenever you like%n",
                text(time), SOCKETS);
        startedAtNanos = System.nanoTime();
        List<Held> held = new ArrayList<>();
        for (int i = 1; i <= SOCKETS; i++) {
            held.add(new Held("socket " + i, "player-" + i));
        }
        Map<String, Integer> handshakes = new TreeMap<>();
        String last = "";
        long nextAtNanos = System.nanoTime();
        while (System.nanoTime() - startedAtNanos < time.toNanos()) {
            held.forEach(Held::look);
            if (System.nanoTime() >= nextAtNanos) {
                nextAtNanos += EACH_SECOND;
                String outcome = tryHandshake();
                handshakes.merge(outcome, 1, Integer::sum);
                if (!outcome.equals(last)) {
                    event("new handshakes: " + outcome);
                }
                last = outcome;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        held.forEach(Held::ask);
        held.forEach(Held::prove);
        out.println("in all");
        row(
                "sockets ended",
                Long.toString(held.stream().mapToLong(each -> each.ends).sum()));
        row(
                "longest away",
                text(Duration.ofNanos(held.stream()
                        .mapToLong(each -> each.longestAwayNanos)
                        .max()
                        .orElse(0))));
        row(
                "longest silence survived",
                text(Duration.ofNanos(
                        held.stream().mapToLong(Held::longestSilence).max().orElse(0))));
        row(
                "oldest socket",
                text(Duration.ofNanos(
                        held.stream().mapToLong(Held::longestLife).max().orElse(0))));
        row("handshakes", handshakes.toString());
        held.forEach(Held::close);
    }

    private String tryHandshake() {
        try {
            Socket.open(this, "probe-" + run, "visitor").close();
            return "101";
        } catch (CompletionException failure) {
            return reason(failure);
        }
    }

    private void event(String what) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedAtNanos);
        row("%02d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60), what);
    }

    private void row(String name, String value) {
        out.printf("  %-26s %s%n", name, value);
    }

    private static String reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof WebSocketHandshakeException refused
                ? Integer.toString(refused.getResponse().statusCode())
                : cause.getClass().getSimpleName();
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    private static String text(Duration time) {
        return "%.1f s".formatted(time.toMillis() / 1e3);
    }

    /// A socket that is opened again whenever it ends.
    private final class Held {
        private final String name;
        private final String player;
        private Socket socket;
        private long endedAtNanos;
        private long longestAwayNanos;
        private long longestSilenceNanos;
        private long longestLifeNanos;
        private long ends;

        Held(String name, String player) {
            this.name = name;
            this.player = player;
            socket = Socket.open(RailwayProbe.this, "probe-" + run + "-" + player, player);
        }

        void look() {
            if (!socket.ended.isDone()) {
                return;
            }
            if (endedAtNanos == 0) {
                endedAtNanos = System.nanoTime();
                ends++;
                longestSilenceNanos = longestSilence();
                longestLifeNanos = longestLife();
                event("%s: %s, %s old, %s after the last frame"
                        .formatted(name, socket.ended.join(), text(socket.age()), text(socket.silence())));
            }
            try {
                socket = Socket.open(RailwayProbe.this, "probe-" + run + "-" + player, player);
                long awayNanos = System.nanoTime() - endedAtNanos;
                longestAwayNanos = Math.max(longestAwayNanos, awayNanos);
                endedAtNanos = 0;
                event("%s: open again after %s".formatted(name, text(Duration.ofNanos(awayNanos))));
            } catch (CompletionException notYet) {
                // Tried again on the next look, and counted by the handshakes
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }

        void ask() {
            socket.ask();
        }

        /// Whoever only listens does not notice that something on the way has forgotten the connection.
        void prove() {
            if (endedAtNanos == 0 && !socket.hasAnswered()) {
                ends++;
                String end = socket.ended.getNow("dead, though nobody closed it: no answer to a ping");
                event("%s: %s, %s old, %s after the last frame"
                        .formatted(name, end, text(socket.age()), text(socket.silence())));
            }
        }

        long longestSilence() {
            return Math.max(longestSilenceNanos, socket.longestSilenceNanos);
        }

        long longestLife() {
            return Math.max(longestLifeNanos, socket.lifeNanos());
        }

        void close() {
            socket.close();
        }
    }

    /// One WebSocket, which answers the gateway's pings.
    private static final class Socket implements WebSocket.Listener {
        final CompletableFuture<String> ended = new CompletableFuture<>();

        private final StringBuilder message = new StringBuilder();
        private final long openedAtNanos = System.nanoTime();
        private volatile long heardAtNanos = openedAtNanos;
        private volatile long longestSilenceNanos;
        private final CompletableFuture<Boolean> pong = new CompletableFuture<>();
        private volatile Consumer<String> wanted = _ -> {};
        private final CompletableFuture<WebSocket> socket;

        private Socket(RailwayProbe probe, String game, String player) {
            WebSocket.Builder builder = probe.http.newWebSocketBuilder().connectTimeout(PATIENCE);
            probe.clientHeaders.each(builder::header);
            socket = builder.buildAsync(probe.gateway.resolve("/ws/%s/%s".formatted(game, player)), this)
                    .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        /// @throws CompletionException with a [WebSocketHandshakeException] if the handshake was refused
        static Socket open(RailwayProbe probe, String game, String player) {
            var opened = new Socket(probe, game, player);
            opened.socket.join();
            return opened;
        }

        void send(String text) {
            var _ = socket.join().sendText(text, true).exceptionally(failure -> {
                ended.complete("cut off while sending: " + reason(failure));
                return null;
            });
        }

        /// The next message with this in it.
        CompletableFuture<String> next(String part) {
            CompletableFuture<String> arrival = new CompletableFuture<>();
            wanted = text -> {
                if (text.contains(part)) {
                    arrival.complete(text);
                }
            };
            return arrival;
        }

        Duration age() {
            return Duration.ofNanos(System.nanoTime() - openedAtNanos);
        }

        Duration silence() {
            return Duration.ofNanos(System.nanoTime() - heardAtNanos);
        }

        /// From the upgrade to the last frame.
        long lifeNanos() {
            return heardAtNanos - openedAtNanos;
        }

        void ask() {
            var _ = socket.join().sendPing(ByteBuffer.allocate(0)).exceptionally(failure -> {
                pong.complete(false);
                return null;
            });
            var _ = pong.completeOnTimeout(false, PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        boolean hasAnswered() {
            return pong.join();
        }

        void close() {
            socket.join().abort();
        }

        private void heard() {
            long now = System.nanoTime();
            longestSilenceNanos = Math.max(longestSilenceNanos, now - heardAtNanos);
            heardAtNanos = now;
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            heard();
            message.append(data);
            if (last) {
                String whole = message.toString();
                message.setLength(0);
                if (PING.matcher(whole).matches()) {
                    var _ = from.sendText(PONG, true);
                }
                wanted.accept(whole);
            }
            from.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onPing(WebSocket from, ByteBuffer payload) {
            heard();
            from.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onPong(WebSocket from, ByteBuffer payload) {
            heard();
            pong.complete(true);
            from.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            ended.complete(
                    code == NO_CLOSE_FRAME
                            ? CUT_OFF
                            : "closed with %d%s".formatted(code, reason.isEmpty() ? "" : " \"" + reason + "\""));
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void onError(WebSocket from, Throwable failure) {
            ended.complete(CUT_OFF + ": " + reason(failure));
        }
    }
}

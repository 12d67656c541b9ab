package dev.holdfast.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// A player in a terminal: prints what comes, sends each line typed, answers pings. `bin/play` runs this file as it
/// stands, without a build, so it uses nothing outside the JDK and this package.
public final class Play implements WebSocket.Listener {
    private static final String USAGE = """
            bin/play [--rules NAME] GAME PLAYER [URL]
              --rules NAME   first create the game with these rules (relay, tictactoe, connectfour or rps), unless
                             it is there already
              GAME, PLAYER   up to 64 letters, digits, _ and -
              URL            the gateway (ws://localhost:8000)
            The environment variables ORIGIN and TOKEN, if set, are sent as the Origin header and the player's JWT.""";
    private static final Pattern PING = Pattern.compile("\\{\\s*\"type\"\\s*:\\s*\"ping\"\\s*}");
    private static final String PONG = "{\"type\":\"pong\"}";
    private static final int LONGEST_MESSAGE_CHARS = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Seat seat;
    private final PrintStream out;
    private final StringBuilder message = new StringBuilder();
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    private CompletableFuture<?> lastSend = CompletableFuture.completedFuture(null);
    private volatile boolean isLeaving;

    /// Where to play.
    ///
    /// @param gateway `ws://…` or `wss://…`, without a path
    /// @param rules what to create the game with, empty to take it as it is
    record Seat(URI gateway, String game, String player, String rules, ClientHeaders headers) {
        URI socket() {
            return gateway.resolve("/ws/%s/%s".formatted(game, player));
        }

        URI games() {
            return URI.create(gateway.resolve("/api/games").toString().replaceFirst("^ws", "http"));
        }
    }

    private Play(Seat seat, PrintStream out) {
        this.seat = seat;
        this.out = out;
    }

    public static void main(String[] arguments) {
        boolean hasRules = arguments.length > 1 && arguments[0].equals("--rules");
        List<String> rest = List.of(arguments).subList(hasRules ? 2 : 0, arguments.length);
        if (rest.size() < 2 || rest.size() > 3) {
            System.err.println(USAGE);
            System.exit(2);
        }
        Seat seat = new Seat(
                URI.create(rest.size() == 3 ? rest.get(2) : "ws://localhost:8000"),
                rest.get(0),
                rest.get(1),
                hasRules ? arguments[1] : "",
                ClientHeaders.ofEnvironment());
        BufferedReader typed = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
        System.exit(play(seat, typed, System.out));
    }

    /// Plays until the gateway closes, or until `typed` ends, which closes with 1000.
    ///
    /// @return 0 when we ended the session, 1 when it ended otherwise or never began
    static int play(Seat seat, BufferedReader typed, PrintStream out) {
        Play player = new Play(seat, out);
        try (HttpClient http = HttpClient.newHttpClient()) {
            if (!seat.rules().isEmpty() && !player.createGame(http)) {
                return 1;
            }
            WebSocket socket = player.connect(http);
            Thread.ofVirtual().start(() -> player.sendLines(socket, typed));
            int code = player.exitCode.join();
            http.shutdownNow();
            return code;
        } catch (CompletionException failed) {
            out.println(seat.gateway() + ": " + reason(failed));
            return 1;
        }
    }

    private boolean createGame(HttpClient http) {
        HttpRequest.Builder request = HttpRequest.newBuilder(seat.games())
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"id\":\"%s\",\"rules\":\"%s\"}".formatted(seat.game(), seat.rules())));
        seat.headers().each(request::header);
        HttpResponse<String> answer =
                http.sendAsync(request.build(), BodyHandlers.ofString()).join();
        out.println(answer.body());
        return answer.statusCode() < 300;
    }

    private WebSocket connect(HttpClient http) {
        WebSocket.Builder builder = http.newWebSocketBuilder();
        seat.headers().each(builder::header);
        return builder.buildAsync(seat.socket(), this)
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private static String reason(CompletionException failed) {
        return switch (failed.getCause()) {
            case WebSocketHandshakeException refusal ->
                "refused with " + refusal.getResponse().statusCode() + " "
                        + refusal.getResponse().body();
            case ConnectException _ -> "nobody listens there; is bin/dev running?";
            case null, default -> failed.toString();
        };
    }

    private void sendLines(WebSocket socket, BufferedReader typed) {
        try {
            for (String line = typed.readLine(); line != null; line = typed.readLine()) {
                if (!line.isBlank()) {
                    send(socket, line);
                }
            }
            isLeaving = true;
            enqueue(() -> socket.sendClose(WebSocket.NORMAL_CLOSURE, ""));
            exitCode.completeOnTimeout(0, PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (IOException unreadable) {
            exitCode.completeExceptionally(unreadable);
        }
    }

    private void send(WebSocket socket, String text) {
        enqueue(() -> socket.sendText(text, true));
    }

    /// A [WebSocket] takes one message at a time, and both the terminal and the answers to pings send.
    private synchronized void enqueue(Supplier<CompletionStage<WebSocket>> send) {
        lastSend = lastSend.thenCompose(_ -> send.get());
    }

    @Override
    public void onOpen(WebSocket socket) {
        out.println("Connected to " + seat.socket() + " - each line you type is sent as it is, Ctrl-D leaves");
        socket.request(1);
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean isLast) {
        message.append(part);
        if (isLast || message.length() > LONGEST_MESSAGE_CHARS) {
            String text = message.toString();
            message.setLength(0);
            if (PING.matcher(text).matches()) {
                send(socket, PONG);
            } else {
                out.println(text);
            }
        }
        socket.request(1);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        out.println(("Closed with " + code + " " + reason).strip());
        exitCode.complete(isLeaving ? 0 : 1);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        out.println("The connection broke: " + error.getMessage());
        exitCode.complete(1);
    }
}

package dev.holdfast.e2e;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/// One WebSocket of a player. Everything is told on the player's loop, in order, and the end exactly once.
final class Leg implements WebSocket.Listener {
    // As many threads as it likes would be thousands in a storm.
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .executor(Executors.newFixedThreadPool(
                    4, Thread.ofPlatform().daemon().name("legs-", 0).factory()))
            .build();
    private static final int BROKEN = 1006;

    /// What a player hears of its leg.
    interface Ears {
        void opened();

        void received(String text);

        /// @param code 1006 if there was no close frame
        void ended(int code, String reason);
    }

    private final ScheduledExecutorService loop;
    private final Ears ears;
    private final StringBuilder partial = new StringBuilder();
    private CompletableFuture<?> written = CompletableFuture.completedFuture(null);
    private @Nullable WebSocket socket;
    private boolean hasEnded;

    private Leg(ScheduledExecutorService loop, Ears ears) {
        this.loop = loop;
        this.ears = ears;
    }

    static Leg open(URI uri, ScheduledExecutorService loop, Ears ears) {
        var leg = new Leg(loop, ears);
        HTTP.newWebSocketBuilder()
                .connectTimeout(Duration.ofSeconds(5))
                .buildAsync(uri, leg)
                .exceptionally(failure -> {
                    leg.end(BROKEN, String.valueOf(failure.getMessage()));
                    return null;
                });
        return leg;
    }

    @Override
    public void onOpen(WebSocket opened) {
        loop.execute(() -> {
            socket = opened;
            if (hasEnded) {
                opened.abort();
            } else {
                ears.opened();
            }
        });
        opened.request(1);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean isLast) {
        partial.append(data);
        if (isLast) {
            String text = partial.toString();
            partial.setLength(0);
            loop.execute(() -> {
                if (!hasEnded) {
                    ears.received(text);
                }
            });
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        end(code, reason);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        end(BROKEN, String.valueOf(failure.getMessage()));
    }

    /// On the loop.
    void send(String text) {
        WebSocket to = socket;
        if (to != null && !hasEnded) {
            written = written.thenCompose(_ -> to.sendText(text, true)).exceptionally(failure -> {
                end(BROKEN, String.valueOf(failure.getMessage()));
                return to;
            });
        }
    }

    /// On the loop: cuts the connection without a close frame.
    void cut() {
        end(BROKEN, "cut by the player");
        if (socket != null) {
            socket.abort();
        }
    }

    private void end(int code, String reason) {
        loop.execute(() -> {
            if (!hasEnded) {
                hasEnded = true;
                ears.ended(code, reason);
            }
        });
    }
}

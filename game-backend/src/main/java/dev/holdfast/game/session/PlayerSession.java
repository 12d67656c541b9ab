package dev.holdfast.game.session;

import dev.holdfast.game.log.GameId;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.table.Attendee;
import dev.holdfast.game.table.Ending;
import dev.holdfast.game.table.Outcome;
import dev.holdfast.game.table.Request;
import dev.holdfast.game.table.Shown;
import dev.holdfast.game.table.Table;
import dev.holdfast.game.table.Welcome;
import dev.holdfast.game.wire.ErrorCode;
import dev.holdfast.game.wire.Inbound;
import dev.holdfast.game.wire.JsonText;
import dev.holdfast.game.wire.Problem;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BaseSubscriber;

/// One player's connection, from the 101 to the close, in the plain client's contract (docs/protocol.md, section 1).
/// Its state belongs to the connection's event loop; what the table calls hops there.
final class PlayerSession extends BaseSubscriber<WebSocketFrame> implements Attendee {
    /// Messages that may wait for their outcome; further ones stay unread in the socket.
    private static final int MAX_IN_FLIGHT = 32;

    private static final byte[] PONG = JsonText.write(JsonObject.of("type", "pong"));
    private static final Logger log = LoggerFactory.getLogger(PlayerSession.class);

    private final GameId game;
    private final String player;
    private final String session;
    private final PlayerSocket socket;
    private @Nullable Table table;
    private boolean isSeated;
    private boolean hasEnded;
    private boolean isPaused;
    private int inFlight;
    private long received;
    private long sent;

    PlayerSession(GameId game, String player, String session, PlayerSocket socket) {
        this.game = game;
        this.player = player;
        this.session = session;
        this.socket = socket;
    }

    @Override
    public String player() {
        return player;
    }

    @Override
    public String session() {
        return session;
    }

    /// The game's table is open; asks for the seat.
    void sitAt(Table found) {
        onLoop(() -> {
            if (!hasEnded) {
                table = found;
                found.submit(new Request.Take(this));
            }
        });
    }

    /// There is no table to sit at.
    void failed(Throwable failure) {
        log.warn("game {}: no table for {}: {}", game, player, failure.toString());
        onLoop(() -> socket.close(CloseCode.OVERLOADED, "the game cannot be read from the store"));
    }

    @Override
    public void seated(Welcome welcome) {
        onLoop(() -> {
            if (!welcome.view().isEmpty()) {
                send(JsonText.write(stateMessage(welcome.view())));
            }
            isSeated = true;
            request(1);
        });
    }

    private static JsonObject stateMessage(JsonObject view) {
        var message = new LinkedHashMap<>(JsonObject.of("type", "state").fields());
        message.putAll(view.fields());
        return new JsonObject(message);
    }

    @Override
    public void show(List<Shown> events) {
        onLoop(() -> events.forEach(event -> event.body().ifPresent(body -> send(body.plain()))));
    }

    @Override
    public void ended(Ending ending) {
        onLoop(() -> socket.close(CloseCode.of(ending), reason(ending)));
    }

    private static String reason(Ending ending) {
        return switch (ending) {
            case REPLACED -> "replaced by a newer connection";
            case GAME_FULL -> "the game is full";
            case UNAVAILABLE -> "the game's store cannot be reached";
            case LOG_LOST -> "the game is read again from its store";
        };
    }

    // Nothing is read before the seat is taken: TCP holds it back.
    @Override
    protected void hookOnSubscribe(Subscription subscription) {}

    @Override
    protected void hookOnNext(WebSocketFrame frame) {
        switch (frame) {
            case TextWebSocketFrame text -> {
                received++;
                receive(Inbound.read(ByteBufUtil.getBytes(text.content())));
            }
            case PongWebSocketFrame _ -> {}
            default ->
                answer(new Problem(ErrorCode.INVALID_JSON, "Binary messages are not understood; send JSON as text."));
        }
        if (inFlight < MAX_IN_FLIGHT) {
            request(1);
        } else {
            isPaused = true;
        }
    }

    private void receive(Inbound message) {
        switch (message) {
            case Inbound.Ping _ -> send(PONG);
            case Inbound.Pong _ -> {}
            case Inbound.Bad(Problem problem) -> answer(problem);
            case Inbound.Command(JsonObject body) -> act(body);
        }
    }

    private void act(JsonObject body) {
        if (table != null && isSeated) {
            inFlight++;
            table.submit(new Request.Act(player, Optional.empty(), body, this::decided));
        }
    }

    private void decided(Outcome outcome) {
        onLoop(() -> {
            inFlight--;
            if (outcome instanceof Outcome.Refused(Problem problem)) {
                answer(problem);
            }
            if (isPaused) {
                isPaused = false;
                request(1);
            }
        });
    }

    private void answer(Problem problem) {
        send(JsonText.write(problem.asMessage()));
    }

    private void send(byte[] utf8) {
        sent++;
        socket.send(utf8);
    }

    @Override
    protected void hookOnError(Throwable failure) {
        if (failure instanceof TooLongFrameException) {
            socket.close(CloseCode.TOO_BIG, "the message is over the limit");
        } else {
            log.debug("game {}: {}'s connection broke: {}", game, player, failure.toString());
        }
    }

    /// The connection is gone.
    ///
    /// @param status what the close frame said, 1006 if there was none
    void ended(WebSocketCloseStatus status) {
        onLoop(() -> {
            if (hasEnded) {
                return;
            }
            hasEnded = true;
            boolean onPurpose = !socket.isClosing() && status.code() == CloseCode.NORMAL.code();
            if (table != null) {
                table.depart(this, onPurpose);
            }
            log.info(
                    "session game={} player={} code={} by={} received={} sent={}",
                    game,
                    player,
                    status.code(),
                    socket.isClosing() ? "backend" : "client",
                    received,
                    sent);
        });
    }

    private void onLoop(Runnable step) {
        if (socket.loop().inEventLoop()) {
            step.run();
        } else {
            socket.loop().execute(step);
        }
    }
}

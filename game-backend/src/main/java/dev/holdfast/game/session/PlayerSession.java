package dev.holdfast.game.session;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.ReadFailure;
import dev.holdfast.game.observe.GameMeters;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.session.Dialect.Voice;
import dev.holdfast.game.session.link.Link;
import dev.holdfast.game.table.Attendee;
import dev.holdfast.game.table.Departure;
import dev.holdfast.game.table.Ending;
import dev.holdfast.game.table.Lane;
import dev.holdfast.game.table.Outcome;
import dev.holdfast.game.table.Presence;
import dev.holdfast.game.table.Request;
import dev.holdfast.game.table.Shown;
import dev.holdfast.game.table.Table;
import dev.holdfast.game.table.UnreadableGame;
import dev.holdfast.game.table.Welcome;
import dev.holdfast.game.trace.LegTrace;
import dev.holdfast.game.wire.CommandId;
import dev.holdfast.game.wire.ErrorCode;
import dev.holdfast.game.wire.Inbound;
import dev.holdfast.game.wire.InvalidJson;
import dev.holdfast.game.wire.JsonText;
import dev.holdfast.game.wire.Problem;
import io.micrometer.tracing.Span;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// One player's connection, from the 101 to the close: takes a seat, hands messages to the table, and lets its dialect
/// speak. Its state belongs to the connection's event loop; what the table calls hops there.
final class PlayerSession extends BaseSubscriber<WebSocketFrame> implements Attendee {
    /// Messages that may wait for their outcome. Further ones stay unread in the socket; a v1 client is told.
    static final int MAX_IN_FLIGHT = 32;

    private static final long HELLO_TIMEOUT_SECONDS = 5;
    private static final long MIN_RETRY_MILLIS = 100;
    private static final long MAX_RETRY_MILLIS = 3000;
    private static final byte[] PONG = JsonText.write(JsonObject.of("type", "pong"));
    private static final Problem CROWDED = new Problem(
            ErrorCode.UNAVAILABLE, "Too many long messages wait to be carried out; send this one again in a moment.");
    private static final Logger log = LoggerFactory.getLogger(PlayerSession.class);

    /// Waiting for `sys.hello`, for the table's answer, or playing.
    private enum Stage {
        HELLO,
        SEATING,
        PLAYING
    }

    private final Opening opening;
    private final SessionProperties properties;
    private final Budget undecided;
    private final PlayerSocket socket;
    private final LegTrace trace;
    private final GameMeters meters;
    private final Optional<Link> link;
    private final Voice voice;
    private final Lane lane = new Lane();
    private final Allowance allowance;
    private final Sinks.Empty<Void> ended = Sinks.empty();
    private @Nullable Table table;
    private Dialect dialect;
    private Stage stage;
    private volatile boolean hasEnded;
    private volatile boolean hasBroken;
    private boolean hasLeft;
    private boolean isDraining;
    private boolean isReading;
    private boolean isResuming;
    private boolean isPingOpen;
    private int inFlight;
    private long seatingNumber;
    private long received;
    private long sent;
    private long sentBytes;

    /// @param undecided what the messages of all sessions take that wait for their outcome
    PlayerSession(
            Opening opening,
            SessionProperties properties,
            Budget undecided,
            PlayerSocket socket,
            LegTrace trace,
            GameMeters meters) {
        this.undecided = undecided;
        this.opening = opening;
        this.properties = properties;
        this.allowance = new Allowance(properties.messagesPerSecond(), System.nanoTime());
        this.socket = socket;
        this.trace = trace;
        this.meters = meters;
        this.link = opening.link().map(handshake -> new Link(handshake, socket::pong));
        this.voice = new Voice(this::send, link);
        this.dialect = opening.resumesV1() ? newV1Dialect() : new PlainDialect(voice);
        this.stage = opening.awaitsHello() ? Stage.HELLO : Stage.SEATING;
    }

    private V1Dialect newV1Dialect() {
        link.ifPresent(Link::version);
        return new V1Dialect(voice, opening.game().value(), opening.player(), properties);
    }

    @Override
    public String player() {
        return opening.player();
    }

    @Override
    public String session() {
        return opening.session();
    }

    @Override
    public boolean hasEnded() {
        return hasEnded;
    }

    @Override
    public boolean hasBroken() {
        return hasBroken;
    }

    /// The game's table is open.
    void sitAt(Table found) {
        onLoop(() -> {
            table = found;
            if (opening.version() == Opening.UNKNOWN_VERSION) {
                close(CloseCode.VERSION_NOT_SUPPORTED);
            } else if (stage == Stage.HELLO) {
                awaitHello();
            } else if (!hasEnded) {
                found.submit(new Request.Take(this, opening.visitor(), opening.since()));
            }
        });
    }

    /// There is no table to sit at.
    void failed(Throwable failure) {
        log.debug("game {}: no table for {}: {}", opening.game(), player(), failure.toString());
        onLoop(() -> {
            switch (failure) {
                case TooManyGames tooMany -> close(CloseCode.TOO_MANY_GAMES, "retry=" + tooMany.waitMillis());
                // Every game-backend may well find the same, so a gateway need not ask all of them again and again
                case UnreadableGame _ -> close(CloseCode.FAILED);
                case ReadFailure _ -> close(CloseCode.FAILED, "the store has lost a part of the game");
                default -> close(CloseCode.OVERLOADED);
            }
        });
    }

    private void awaitHello() {
        stage = Stage.HELLO;
        readNext();
        socket.loop()
                .schedule(
                        () -> onLoop(() -> {
                            if (stage == Stage.HELLO) {
                                // Late is not wrong: on a bad line it may be in time when it comes again
                                close(opening.awaitsHello() ? CloseCode.SILENT : CloseCode.TOKEN_NEEDED);
                            }
                        }),
                        HELLO_TIMEOUT_SECONDS,
                        TimeUnit.SECONDS);
    }

    @Override
    public void seated(Table found, Welcome welcome) {
        onLoop(() -> {
            table = found;
            if (hasEnded) {
                // The table did not know it yet when it was told.
                found.depart(this, departure());
                return;
            }
            if (!dialect.canGoOn(welcome)) {
                close(CloseCode.LEFT_BEHIND);
                return;
            }
            boolean wasPlaying = stage == Stage.PLAYING;
            stage = Stage.PLAYING;
            long sentBefore = sentBytes;
            dialect.welcome(welcome);
            trace.seated("seated");
            if (!wasPlaying) {
                link.ifPresent(leg -> leg.settle(seatingNumber));
            }
            if (isResuming) {
                readWhenPaid(welcome.readBytes() + sentBytes - sentBefore);
            } else {
                readNext();
            }
        });
    }

    @Override
    public void show(List<Shown> events) {
        onLoop(() -> {
            if (stage == Stage.PLAYING) {
                events.forEach(dialect::show);
            }
        });
    }

    @Override
    public void present(Map<String, Presence> players) {
        onLoop(() -> {
            if (stage == Stage.PLAYING) {
                dialect.present(players);
            }
        });
    }

    @Override
    public void ended(Ending ending) {
        onLoop(() -> {
            boolean hasSaidHello = seatingNumber > 0;
            boolean mayStillSayHello = ending == Ending.TOKEN_NEEDED && stage == Stage.SEATING && !dialect.isV1();
            if (mayStillSayHello) {
                awaitHello();
            } else if (ending == Ending.TOKEN_NEEDED && opening.resumesV1() && !hasSaidHello) {
                // The seat was given up during the hold. Only a new hello brings the token, which the client has
                close(CloseCode.SEAT_GIVEN_UP);
            } else {
                // Who has left must not be brought back by a gateway
                close(hasLeft ? CloseCode.NORMAL : CloseCode.of(ending));
            }
        });
    }

    // Nothing is read before there is a table: TCP holds it back.
    @Override
    protected void hookOnSubscribe(Subscription subscription) {}

    /// Nothing has come for a ping interval: asks, and ends the connection if the last question is still open. Only
    /// a dead peer leaves a Ping unanswered, as WebSocket libraries answer it by themselves.
    void silent() {
        if (stage != Stage.PLAYING || !isReading) {
            return;
        }
        if (isPingOpen) {
            close(CloseCode.SILENT);
        } else {
            isPingOpen = true;
            socket.ping();
            socket.flush();
        }
    }

    @Override
    protected void hookOnNext(WebSocketFrame frame) {
        isReading = false;
        isPingOpen = false;
        if (frame instanceof PongWebSocketFrame) {
            readNext();
            return;
        }
        if (isDraining || socket.isClosing()) {
            // Not counted and not acked: whoever sent it still has it and sends it again elsewhere.
            readNext();
            return;
        }
        received++;
        long number = link.map(Link::receive).orElse(0L);
        if (frame instanceof TextWebSocketFrame text) {
            receive(number, Inbound.read(ByteBufUtil.getBytes(text.content())));
        } else {
            answer(
                    number,
                    Optional.empty(),
                    new Problem(ErrorCode.INVALID_JSON, "Binary messages are not understood; send JSON as text."));
        }
        readNext();
        finishStep();
    }

    /// Asks for the next frame, unless that is done or what came before has to be answered first.
    private void readNext() {
        boolean mayRead = stage != Stage.SEATING && !isResuming && inFlight < 2 * MAX_IN_FLIGHT;
        if (mayRead && !isReading) {
            isReading = true;
            request(1);
        }
    }

    /// For a few bytes the table may have decoded and shown megabytes, while all games of its thread waited: that
    /// counts as messages of that length. Nothing is refused for it, but the next is read when it is paid for.
    private void readWhenPaid(long bytes) {
        long now = System.nanoTime();
        allowance.takeOnCredit(1 + bytes / properties.maxMessage().toBytes(), now);
        socket.loop()
                .schedule(
                        () -> onLoop(() -> {
                            isResuming = false;
                            readNext();
                        }),
                        allowance.debtNanos(now),
                        TimeUnit.NANOSECONDS);
    }

    private void receive(long number, Inbound message) {
        if (stage == Stage.HELLO && !(message instanceof Inbound.Hello)) {
            boolean isKeepAlive = message instanceof Inbound.Ping || message instanceof Inbound.Pong;
            if (!isKeepAlive) {
                close(opening.awaitsHello() ? CloseCode.PROTOCOL_VIOLATION : CloseCode.TOKEN_NEEDED);
                return;
            }
        }
        switch (message) {
            case Inbound.Ping _ -> {
                send(PONG);
                settle(number);
            }
            case Inbound.Pong _ -> settle(number);
            case Inbound.Bad(Problem problem) -> answer(number, Optional.empty(), problem);
            case Inbound.Hello hello -> hello(number, hello);
            case Inbound.Resume(Optional<String> since) -> resume(number, since);
            case Inbound.Leave _ -> leave(number);
            case Inbound.Command command -> act(number, command);
        }
    }

    private void hello(long number, Inbound.Hello hello) {
        if (hello.version() != 1) {
            close(CloseCode.VERSION_NOT_SUPPORTED);
        } else {
            isResuming = stage == Stage.PLAYING;
            hasLeft = false;
            V1Dialect v1 = newV1Dialect();
            v1.hello();
            dialect = v1;
            stage = Stage.SEATING;
            seatingNumber = number;
            table().submit(new Request.Take(
                    this, opening.visitor(hello), hello.since().flatMap(Cursor::parse)));
        }
    }

    private void resume(long number, Optional<String> since) {
        if (!dialect.isV1()) {
            answer(
                    number,
                    Optional.empty(),
                    new Problem(ErrorCode.UNKNOWN_COMMAND, "Say sys.hello before sys.resume."));
        } else {
            isResuming = true;
            table().resume(this, since.flatMap(Cursor::parse));
            settle(number);
        }
    }

    private void leave(long number) {
        hasLeft = true;
        table().submit(new Request.Leave(player(), session()));
        settle(number);
    }

    private void act(long number, Inbound.Command command) {
        Optional<CommandId> named;
        try {
            named = dialect.isV1() ? command.meta().map(CommandId::read) : Optional.empty();
        } catch (InvalidJson invalid) {
            refuse(number, Optional.empty(), new Problem(ErrorCode.INVALID_TYPE, invalid.sentence()));
            return;
        }
        Optional<Problem> unclear = named.flatMap(CommandId::problem);
        if (unclear.isPresent()) {
            refuse(number, named, unclear.get());
            return;
        }
        long waitNanos = dialect.isV1() ? allowance.take(System.nanoTime()) : 0;
        if (waitNanos > 0) {
            refuse(number, named, tooFast(waitNanos));
        } else if (dialect.isV1() && inFlight >= MAX_IN_FLIGHT) {
            refuse(
                    number,
                    named,
                    new Problem(
                            ErrorCode.INFLIGHT_LIMIT,
                            inFlight + " commands wait for their acks (allowed: " + MAX_IN_FLIGHT
                                    + "); send this one again after some."));
        } else {
            submit(number, named, command.body());
        }
    }

    private void submit(long number, Optional<CommandId> named, JsonObject body) {
        long bytes = JsonText.heapBytes(body);
        if (!undecided.take(bytes)) {
            refuse(number, named, CROWDED);
            return;
        }
        inFlight++;
        Span span = trace.command();
        table().submit(new Request.Act(
                this,
                named.or(() -> gatewayId(number)),
                isResentByGateway() ? Optional.of(lane) : Optional.empty(),
                body,
                outcome -> {
                    undecided.giveBack(bytes);
                    onLoop(() -> decided(number, named, outcome, span));
                }));
    }

    // Nothing is read before there is one.
    private Table table() {
        return Objects.requireNonNull(table);
    }

    /// Answers a command that the table is not asked about.
    private void refuse(long number, Optional<CommandId> named, Problem problem) {
        conclude(number, named, new Outcome.Refused(problem));
    }

    private Problem tooFast(long waitNanos) {
        long waitMillis = TimeUnit.NANOSECONDS.toMillis(waitNanos) + 1;
        return new Problem(
                ErrorCode.RATE_LIMITED,
                "More than " + properties.messagesPerSecond() + " messages a second; send this one again in "
                        + waitMillis + " ms.",
                OptionalLong.of(waitMillis));
    }

    /// Tells apart what its client has not named. A gateway that still has it sends it again on the next leg.
    private Optional<CommandId> gatewayId(long number) {
        return link.map(leg -> CommandId.ofGateway(leg.session(), number));
    }

    private void decided(long number, Optional<CommandId> named, Outcome outcome, Span span) {
        inFlight--;
        LegTrace.end(span, outcome.label());
        conclude(number, named, outcome);
        readNext();
        endIfDrained();
    }

    private void conclude(long number, Optional<CommandId> named, Outcome outcome) {
        meters.command(outcome.label());
        if (isForAnotherLeg(outcome)) {
            close(CloseCode.RESTARTING);
        } else {
            dialect.decided(named, outcome);
            settle(number);
        }
    }

    private boolean isResentByGateway() {
        return link.isPresent() && !dialect.isV1();
    }

    // A plain client cannot send a message again by itself, but its gateway still has it and does so on the next leg.
    private boolean isForAnotherLeg(Outcome outcome) {
        return isResentByGateway()
                && outcome instanceof Outcome.Refused(Problem problem)
                && problem.code() == ErrorCode.UNAVAILABLE;
    }

    private void answer(long number, Optional<CommandId> id, Problem problem) {
        dialect.problem(id, problem);
        settle(number);
    }

    private void settle(long number) {
        link.ifPresent(leg -> leg.settle(number));
    }

    private void send(byte[] utf8) {
        sent++;
        sentBytes += utf8.length;
        socket.text(utf8);
    }

    private void close(CloseCode code) {
        close(code, code.reason());
    }

    /// Says goodbye in the client's dialect and closes. Behind a link most codes end the leg only, and the client
    /// must not hear of it.
    private void close(CloseCode code, String reason) {
        if (!socket.isClosing()) {
            if (link.isEmpty() || !code.isForTheLeg()) {
                dialect.bye(code, reason);
            }
            finishStep();
            socket.close(code, reason);
            requestUnbounded();
        }
    }

    /// Takes no more from the client, settles what it has sent, and closes with 1012. From any thread.
    void drain() {
        onLoop(() -> {
            isDraining = true;
            link.ifPresent(Link::drain);
            endIfDrained();
        });
    }

    private void endIfDrained() {
        if (isDraining && inFlight == 0) {
            long retryMillis = ThreadLocalRandom.current().nextLong(MIN_RETRY_MILLIS, MAX_RETRY_MILLIS);
            close(CloseCode.RESTARTING, "retry=" + retryMillis);
        }
    }

    Mono<Void> whenEnded() {
        return ended.asMono();
    }

    @Override
    protected void hookOnError(Throwable failure) {
        if (failure instanceof TooLongFrameException) {
            close(CloseCode.TOO_BIG);
        } else {
            log.debug("game {}: {}'s connection broke: {}", opening.game(), player(), failure.toString());
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
            hasBroken = status.code() == WebSocketCloseStatus.ABNORMAL_CLOSURE.code();
            hasLeft = hasLeft || (!socket.isClosing() && status.code() == CloseCode.NORMAL.code());
            if (table != null) {
                table.depart(this, departure());
            }
            trace.seated("ended");
            // Who waits for the sessions to end then waits for the tables to write what followed from it.
            Sinks.EmitResult _ = ended.tryEmitEmpty();
            log.info(
                    "session game={} player={} session={} v1={} code={} by={} received={} sent={}",
                    opening.game(),
                    player(),
                    session(),
                    dialect.isV1(),
                    status.code(),
                    socket.isClosing() ? "backend" : "client",
                    received,
                    sent);
        });
    }

    private Departure departure() {
        if (hasLeft) {
            return Departure.LEFT;
        }
        return isDraining ? Departure.MOVED : Departure.LOST;
    }

    private void onLoop(Runnable step) {
        Runnable whole = () -> {
            try {
                step.run();
            } catch (RuntimeException | Error bug) {
                // Rules may show what cannot be written, such as arrays over 500 deep; then nothing else would come
                log.error("game {}: {} cannot be told what it has to know", opening.game(), player(), bug);
                close(CloseCode.FAILED);
            }
            finishStep();
        };
        if (socket.loop().inEventLoop()) {
            whole.run();
        } else {
            socket.loop().execute(whole);
        }
    }

    /// What a step has written goes out together, so that an answer and its ack are not torn apart.
    private void finishStep() {
        link.ifPresent(Link::flushAcks);
        socket.flush();
    }
}

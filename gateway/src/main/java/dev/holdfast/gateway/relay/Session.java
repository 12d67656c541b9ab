package dev.holdfast.gateway.relay;

import dev.holdfast.gateway.keepalive.KeepAlive;
import dev.holdfast.gateway.leg.CloseCode;
import dev.holdfast.gateway.leg.Frame;
import dev.holdfast.gateway.leg.Leg;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// A client leg joined to a backend leg. Lives on one event loop, from the 101 until both connections are gone.
final class Session {
    /// How long a peer may take to answer a Close frame, or to end its half of the connection.
    static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private static final long NEVER = Long.MAX_VALUE;

    private final SessionLoop loop;
    private final SessionInfo info;
    private final Leg client;
    private final Leg backend;
    private final ToBackend toBackend;
    private final ToClient toClient;
    private final KeepAlive keepAlive;
    private final long openedAtNanos;

    private int index;
    private boolean owesPingFrame;
    private boolean owesPingText;
    private long pingPayload;

    private int code;
    private String reason = "";
    private ClosedBy by = ClosedBy.GATEWAY;
    /// When both connections are cut, however far the closing has come; [#NEVER] while the session is open.
    private long cutAtNanos = NEVER;

    private boolean clientGone;
    private boolean backendGone;

    Session(SessionLoop loop, SessionInfo info, Leg client, Leg backend, int index) {
        this.loop = loop;
        this.info = info;
        this.client = client;
        this.backend = backend;
        this.index = index;
        toBackend = new ToBackend();
        toClient = new ToClient();
        keepAlive = loop.newKeepAlive();
        openedAtNanos = loop.now();
    }

    /// Lets both legs speak: first the client, whose early bytes the backend has been waiting for the longest.
    void start() {
        client.attach(toBackend);
        backend.attach(toClient);
    }

    int index() {
        return index;
    }

    void moveTo(int newIndex) {
        index = newIndex;
    }

    /// Asked regularly by the loop: is anything due?
    void sweep(long now) {
        if (cutAtNanos != NEVER) {
            if (now - cutAtNanos >= 0) {
                client.cut();
                backend.cut();
            }
            return;
        }
        switch (keepAlive.due(now, !client.isPaused())) {
            case NOTHING -> {}
            case PING -> {
                owesPingFrame = loop.keepAlive().mode().hasFrame();
                owesPingText = loop.keepAlive().mode().hasText();
                payPings(now);
                client.flush();
            }
            case CLOSE ->
                close(
                        CloseCode.SILENT,
                        "nothing heard for %d ms after a ping"
                                .formatted(loop.keepAlive().timeout().toMillis()));
        }
    }

    /// Writes the pings that are owed and for which there is a gap; the scanner says when there is one for the
    /// rest.
    private void payPings(long now) {
        boolean paid = false;
        if (owesPingFrame && toClient.scanner.isBetweenFrames()) {
            pingPayload = now;
            byte[] payload = ByteBuffer.allocate(Long.BYTES).putLong(now).array();
            client.write(Frame.bare(client.channel().alloc(), Frame.PING, payload));
            owesPingFrame = false;
            paid = true;
        }
        if (owesPingText && toClient.scanner.isBetweenMessages()) {
            client.write(loop.appPing());
            owesPingText = false;
            paid = true;
        }
        if (paid) {
            toClient.counters.pings.add(1);
            keepAlive.pinged(now);
        }
        if (owesPingFrame || owesPingText) {
            toClient.scanner.interrupt();
        }
    }

    private void ponged() {
        toBackend.counters.pongs.add(1);
        long roundTripNanos = keepAlive.answered(loop.now());
        if (roundTripNanos >= 0) {
            loop.observer().answered(roundTripNanos);
        }
    }

    /// Ends the session from our side: a Close frame to both legs where there is a gap for it.
    private void close(int closeCode, String closeReason) {
        close(closeCode, closeCode, closeReason);
    }

    private void close(int toTheClient, int toTheBackend, String closeReason) {
        ends(toTheClient, closeReason, ClosedBy.GATEWAY);
        toClient.close(Frame.bare(client.channel().alloc(), Frame.CLOSE, Frame.closePayload(toTheClient, closeReason)));
        toBackend.close(
                Frame.masked(backend.channel().alloc(), Frame.CLOSE, Frame.closePayload(toTheBackend, closeReason)));
        finish();
    }

    /// The first cause of the end counts.
    private void ends(int closeCode, String closeReason, ClosedBy who) {
        if (cutAtNanos == NEVER) {
            code = closeCode;
            reason = closeReason;
            by = who;
            cutAtNanos = loop.now() + CLOSE_TIMEOUT.toNanos();
        }
    }

    private void finish() {
        toBackend.end();
        toClient.end();
        client.finish();
        backend.finish();
    }

    /// A Close frame has gone by. When one has gone by each way, nothing more may come (RFC 6455, section 5.5.1).
    private void closePassed(int closeCode, byte[] payload, ClosedBy who) {
        String closeReason =
                payload.length > 2 ? new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8) : "";
        ends(closeCode, closeReason, who);
        if (toBackend.scanner.isOver() && toClient.scanner.isOver()) {
            finish();
        }
    }

    private void legGone() {
        if (clientGone && backendGone) {
            loop.close(this, end());
        } else {
            finish();
        }
    }

    private SessionEnd end() {
        Duration lasted = Duration.ofNanos(loop.now() - openedAtNanos);
        return new SessionEnd(info, code, reason, by, lasted, toBackend.traffic(), toClient.traffic());
    }

    /// What the client sends.
    private final class ToBackend extends Flow {
        ToBackend() {
            super(
                    Direction.TO_BACKEND,
                    client,
                    backend,
                    loop.counters(),
                    loop.relay().maxMessageBytes());
        }

        @Override
        Flow back() {
            return toClient;
        }

        @Override
        public void received(ByteBuf in) {
            keepAlive.heard();
            super.received(in);
        }

        /// A client that takes what it could not take before is alive.
        @Override
        public void drained() {
            keepAlive.heard();
            super.drained();
        }

        @Override
        public boolean shortText(ByteBuf frame, int at, int length, int key) {
            switch (loop.signal(frame, at, length, key)) {
                case NONE -> {
                    return true;
                }
                case PONG -> ponged();
                case PING -> {
                    counters.pings.add(1);
                    answer(loop.appPong());
                }
            }
            return false;
        }

        @Override
        public void control(int opcode, byte[] payload) {
            if (opcode == Frame.PING) {
                counters.pings.add(1);
                answer(Frame.bare(client.channel().alloc(), Frame.PONG, payload));
            } else if (payload.length == Long.BYTES && ByteBuffer.wrap(payload).getLong() == pingPayload) {
                ponged();
            }
        }

        @Override
        public void closed(ByteBuf frame, int closeCode, byte[] payload) {
            close(frame);
            closePassed(closeCode, payload, ClosedBy.CLIENT);
        }

        @Override
        public void violated(int closeCode, String closeReason) {
            Session.this.close(closeCode, closeReason);
        }

        @Override
        public void gone() {
            clientGone = true;
            ends(CloseCode.ABNORMAL, "", ClosedBy.NETWORK);
            legGone();
        }
    }

    /// What the backend sends.
    private final class ToClient extends Flow {
        ToClient() {
            super(Direction.TO_CLIENT, backend, client, loop.counters(), Long.MAX_VALUE);
        }

        @Override
        Flow back() {
            return toBackend;
        }

        @Override
        public boolean shortText(ByteBuf frame, int at, int length, int key) {
            return true;
        }

        @Override
        public void control(int opcode, byte[] payload) {
            if (opcode == Frame.PING) {
                answer(Frame.masked(backend.channel().alloc(), Frame.PONG, payload));
            }
        }

        @Override
        public void betweenFrames() {
            if (owesPingFrame || owesPingText) {
                payPings(loop.now());
            }
            super.betweenFrames();
        }

        @Override
        public void closed(ByteBuf frame, int closeCode, byte[] payload) {
            close(frame);
            closePassed(closeCode, payload, ClosedBy.BACKEND);
        }

        @Override
        public void violated(int closeCode, String closeReason) {
            Session.this.close(CloseCode.SERVER_ERROR, closeCode, "the game server broke the protocol: " + closeReason);
        }

        @Override
        public void gone() {
            backendGone = true;
            ends(CloseCode.ABNORMAL, "", ClosedBy.BACKEND);
            legGone();
        }
    }
}

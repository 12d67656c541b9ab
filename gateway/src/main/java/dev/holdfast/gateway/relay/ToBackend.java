package dev.holdfast.gateway.relay;

import dev.holdfast.gateway.leg.CloseCode;
import dev.holdfast.gateway.leg.Frame;
import dev.holdfast.gateway.leg.Leg;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;

/// What the client sends. One for the whole session, whatever backend leg it goes to.
final class ToBackend extends Flow {
    private static final long LEAST_RETRY_MILLIS = 1_000;

    private final Session session;
    private final Pace pace;
    /// Messages, pings and pongs that were read and are not paid for yet.
    private int arrived;

    private boolean tooFast;
    private long sweptAtNanos;

    ToBackend(Session session, Leg client, Leg backend, SessionLoop loop) {
        super(
                Direction.TO_BACKEND,
                client,
                backend,
                loop.counters(),
                false,
                loop.relay().maxMessageBytes());
        this.session = session;
        sweptAtNanos = loop.now();
        pace = new Pace(loop.relay().pacePerSecond(), sweptAtNanos);
    }

    @Override
    Flow back() {
        return session.toClient();
    }

    /// With a link, what has room to be kept may go, even while there is no backend leg to take it.
    @Override
    boolean isOpen() {
        return !tooFast && hasRoom();
    }

    /// Whether the backend, or what is kept for it, takes more.
    boolean hasRoom() {
        LinkEnd link = session.link();
        return link == null ? super.isOpen() : link.hasRoom() && (link.isAway() || super.isOpen());
    }

    @Override
    public void received(ByteBuf in) {
        scanner.scan(in);
        LinkEnd link = session.link();
        if (link != null && link.keepsTooMuch()) {
            session.close(CloseCode.TRY_AGAIN_LATER, "too much waits for the game server; send shorter messages");
        }
        if (arrived > 0) {
            long now = session.loop().now();
            pace.spend(arrived, now);
            arrived = 0;
            tooFast = pace.debtNanos(now) > 0;
        }
        balance();
    }

    /// Reads on when what was read is paid for, or what is kept has room again. Asked regularly.
    void sweep(long now) {
        if (source.isPaused() && !tooFast) {
            pace.pardon(now - sweptAtNanos);
            balance();
        }
        sweptAtNanos = now;
        long debtNanos = pace.debtNanos(now);
        if (pace.isExceeded(now)) {
            long retryMillis = Math.max(LEAST_RETRY_MILLIS, TimeUnit.NANOSECONDS.toMillis(debtNanos));
            session.close(CloseCode.RATE_LIMITED, "retry=" + retryMillis);
        } else if (tooFast && debtNanos <= 0) {
            tooFast = false;
            balance();
        }
    }

    @Override
    public void drained() {
        session.clientReads();
        super.drained();
    }

    @Override
    public void pass(ByteBuf out) {
        LinkEnd link = session.link();
        if (link != null) {
            keep(link, out);
        }
        super.pass(out);
    }

    private static void keep(LinkEnd link, ByteBuf out) {
        try {
            link.keep(out);
        } catch (RuntimeException | Error failure) {
            out.release();
            throw failure;
        }
    }

    @Override
    public void messagePassed(int size) {
        super.messagePassed(size);
        arrived++;
        LinkEnd link = session.link();
        if (link != null) {
            link.clientMessageEnded(size);
        }
    }

    @Override
    public boolean shortText(ByteBuf frame, int at, int length, int key) {
        switch (session.loop().signal(frame, at, length, key)) {
            case NONE -> {
                return true;
            }
            case PONG -> session.pings().ponged(counters);
            case PING -> {
                counters.pings.add(1);
                answer(session.loop().appPong());
            }
        }
        arrived++;
        return false;
    }

    @Override
    public void control(int opcode, byte[] payload) {
        arrived++;
        if (opcode == Frame.PING) {
            counters.pings.add(1);
            answer(Frame.bare(source.channel().alloc(), Frame.PONG, payload));
        } else {
            session.pings().ponged(payload, counters);
        }
    }

    @Override
    public void betweenFrames() {
        session.betweenFramesToBackend();
        super.betweenFrames();
    }

    @Override
    public void closed(ByteBuf frame, int code, byte[] payload) {
        LinkEnd link = session.link();
        if (link != null && link.isAway()) {
            // Nobody else is there to answer it
            frame.release();
            back().close(Frame.bare(source.channel().alloc(), Frame.CLOSE, payload));
            back().end();
        } else {
            close(frame);
        }
        session.closePassed(code, payload, ClosedBy.CLIENT);
    }

    @Override
    public void violated(int code, String reason) {
        session.close(code, reason);
    }

    @Override
    public void gone() {
        session.clientGone(CloseCode.ABNORMAL);
    }
}

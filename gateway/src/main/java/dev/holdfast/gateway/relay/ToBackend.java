package dev.holdfast.gateway.relay;

import dev.holdfast.gateway.leg.CloseCode;
import dev.holdfast.gateway.leg.Frame;
import dev.holdfast.gateway.leg.Leg;
import io.netty.buffer.ByteBuf;

/// What the client sends. One for the whole session, whatever backend leg it goes to.
final class ToBackend extends Flow {
    private final Session session;

    ToBackend(Session session, Leg client, Leg backend, SessionLoop loop) {
        super(
                Direction.TO_BACKEND,
                client,
                backend,
                loop.counters(),
                false,
                loop.relay().maxMessageBytes());
        this.session = session;
    }

    @Override
    Flow back() {
        return session.toClient();
    }

    @Override
    Traffic traffic() {
        return session.sent();
    }

    /// With a link, what has room to be kept may go, even while there is no backend leg to take it.
    @Override
    boolean isOpen() {
        LinkEnd link = session.link();
        return link == null ? super.isOpen() : link.hasRoom() && (link.isAway() || super.isOpen());
    }

    @Override
    public void received(ByteBuf in) {
        session.pings().heard();
        super.received(in);
    }

    /// A client that takes what it could not take before is alive.
    @Override
    public void drained() {
        session.pings().heard();
        super.drained();
    }

    @Override
    public void pass(ByteBuf out) {
        LinkEnd link = session.link();
        if (link != null) {
            link.keep(out);
        }
        super.pass(out);
    }

    @Override
    public void passPart(ByteBuf out) {
        pass(out);
    }

    @Override
    public void messagePassed(int size) {
        super.messagePassed(size);
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
        return false;
    }

    @Override
    public void control(int opcode, byte[] payload) {
        if (opcode == Frame.PING) {
            counters.pings.add(1);
            answer(Frame.bare(source.channel().alloc(), Frame.PONG, payload));
        } else {
            session.pings().ponged(payload, counters);
        }
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

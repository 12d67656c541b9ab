package dev.holdfast.gateway.relay;

import dev.holdfast.gateway.leg.CloseCode;
import dev.holdfast.gateway.leg.Frame;
import dev.holdfast.gateway.leg.Leg;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// What one backend leg sends. With a link, a message of up to [#MOST_WITHHELD] goes on only when it is complete,
/// so that a leg that breaks in the middle of one leaves the client between two messages.
final class ToClient extends Flow {
    private static final int MOST_WITHHELD = 64 << 10;

    private final Session session;
    /// Parts of a message that is not complete; null where there never were any.
    private @Nullable ArrayDeque<ByteBuf> withheld;

    /// Of the parts, until the last of them is written.
    private int withheldBytes;

    private boolean openMessage;

    /// The Close frame that waits for the end of another frame.
    private @Nullable ByteBuf owedClose;

    ToClient(Session session, Leg backend, Leg client, SessionLoop loop, boolean linked) {
        super(Direction.TO_CLIENT, backend, client, loop.counters(), linked, Long.MAX_VALUE);
        this.session = session;
    }

    @Override
    Flow back() {
        return session.toBackend();
    }

    /// Whether the client has part of a message of which the rest can only come on this leg.
    boolean hasOpenMessage() {
        return openMessage;
    }

    @Override
    public void pass(ByteBuf out) {
        if (openMessage || isWithholding()) {
            // Should one of them fail, the others are released, and the client stays in the middle of a message
            withhold(out);
            writeWithheld();
            openMessage = false;
        } else {
            super.pass(out);
        }
        // Not before: what could not be written has to come again
        LinkEnd link = session.link();
        if (link != null) {
            link.messageReachedClient();
        }
    }

    @Override
    public void passPart(ByteBuf part) {
        withhold(part);
        if (openMessage || withheldBytes > MOST_WITHHELD) {
            writeWithheld();
        }
    }

    private void withhold(ByteBuf part) {
        if (withheld == null) {
            withheld = new ArrayDeque<>(2);
        }
        withheld.add(part);
        withheldBytes += part.readableBytes();
    }

    private void writeWithheld() {
        if (withheld == null) {
            return;
        }
        openMessage = true;
        for (ByteBuf part = withheld.poll(); part != null; part = withheld.poll()) {
            super.pass(part);
        }
        withheldBytes = 0;
    }

    /// While a message is withheld the client stands where it stood before it.
    @Override
    boolean isBetweenFrames() {
        return isWithholding() ? !openMessage : super.isBetweenFrames();
    }

    @Override
    boolean isBetweenMessages() {
        return isWithholding() ? !openMessage : super.isBetweenMessages();
    }

    private boolean isWithholding() {
        return withheldBytes > 0;
    }

    @Override
    public void control(int opcode, byte[] payload) {
        LinkEnd link = session.link();
        if (opcode == Frame.PING) {
            answer(Frame.masked(source.channel().alloc(), Frame.PONG, payload));
        } else if (link != null) {
            link.heard(payload);
        }
    }

    @Override
    public void betweenFrames() {
        session.pings().payInto(this);
        super.betweenFrames();
        ByteBuf frame = owedClose;
        if (frame != null) {
            owedClose = null;
            super.close(frame);
            session.closePaid();
        }
    }

    /// As of [Flow#close]; into the middle of a frame as soon as that has come to its end.
    @Override
    void close(ByteBuf frame) {
        if (owedClose == null && !isBetweenFrames()) {
            owedClose = frame;
            scanner.interrupt();
        } else {
            super.close(frame);
        }
    }

    /// Whether a Close frame waits for the end of another one, which may still come.
    boolean owesClose() {
        return owedClose != null && !scanner.isOver();
    }

    @Override
    public void closed(ByteBuf frame, int code, byte[] payload) {
        if (session.holdsOn(code)) {
            frame.release();
            back().close(Frame.masked(source.channel().alloc(), Frame.CLOSE, payload));
            session.backendLost(this);
        } else {
            close(frame);
            session.closePassed(code, payload, ClosedBy.BACKEND);
        }
    }

    @Override
    public void violated(int code, String reason) {
        session.close(CloseCode.SERVER_ERROR, code, "the game server broke the protocol: " + reason);
    }

    @Override
    public void gone() {
        session.backendLost(this);
    }

    @Override
    void end() {
        super.end();
        if (withheld != null) {
            withheld.forEach(ByteBuf::release);
            withheld = null;
        }
        if (owedClose != null) {
            owedClose.release();
            owedClose = null;
        }
    }
}

package dev.holdfast.game.session.link;

import dev.holdfast.game.log.Cursor;
import java.util.TreeSet;
import java.util.function.Consumer;

/// The link of one leg: numbers the client's messages, and tells the gateway which of them are settled and where
/// the client has got to. On the connection's event loop.
public final class Link {
    /// Hidden events between two `C` frames. However long they are, a client that comes with the cursor before them is
    /// near enough to the head to be shown what it has missed, which is nothing.
    private static final int HIDDEN_PER_FRAME = 8;

    private final String session;
    private final Consumer<byte[]> pong;
    private final TreeSet<Long> unsettled = new TreeSet<>();
    private long received;
    private long acked;
    private int hidden;

    /// @param pong sends an unsolicited Pong in order with the data messages
    public Link(LinkHandshake handshake, Consumer<byte[]> pong) {
        this.session = handshake.session();
        this.pong = pong;
        this.received = handshake.first() - 1;
        this.acked = received;
    }

    public String session() {
        return session;
    }

    /// A data message has come, whole; gives its number.
    public long receive() {
        received++;
        unsettled.add(received);
        return received;
    }

    /// The message is durable or answered; [#flushAcks()] says so, as soon as all before it are.
    public void settle(long number) {
        unsettled.remove(number);
    }

    public void flushAcks() {
        long settled = unsettled.isEmpty() ? received : unsettled.first() - 1;
        if (settled > acked) {
            acked = settled;
            send(new LinkFrame.Ack(settled));
        }
    }

    /// Goes right before the data message that brings the client to this cursor.
    public void next(Cursor cursor) {
        hidden = 0;
        send(new LinkFrame.Next(cursor));
    }

    /// The client is at this cursor without another message.
    public void here(Cursor cursor) {
        hidden = 0;
        send(new LinkFrame.Here(cursor));
    }

    /// An event was hidden from the client.
    public void passed(Cursor cursor) {
        hidden++;
        if (hidden >= HIDDEN_PER_FRAME) {
            here(cursor);
        }
    }

    public void version() {
        send(new LinkFrame.Version());
    }

    public void drain() {
        send(new LinkFrame.Drain());
    }

    private void send(LinkFrame frame) {
        pong.accept(frame.encode());
    }
}

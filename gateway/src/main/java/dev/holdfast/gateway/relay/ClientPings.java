package dev.holdfast.gateway.relay;

import dev.holdfast.gateway.keepalive.KeepAlive;
import dev.holdfast.gateway.leg.Delivery;
import dev.holdfast.gateway.leg.Frame;
import dev.holdfast.gateway.leg.Leg;
import dev.holdfast.gateway.leg.LegName;
import java.nio.ByteBuffer;

/// The pings on one client leg: owed when the time comes, paid when there is a gap between the frames that pass.
final class ClientPings {
    private final SessionLoop loop;
    private final Leg client;
    private final KeepAlive keepAlive;
    private boolean owesFrame;
    private boolean owesText;
    private long lastPayload;
    private final RoundTrips roundTrips = new RoundTrips();

    ClientPings(SessionLoop loop, Leg client) {
        this.loop = loop;
        this.client = client;
        keepAlive = loop.newKeepAlive();
    }

    RoundTrips roundTrips() {
        return roundTrips;
    }

    KeepAlive.Due due(long now) {
        if (keepAlive.isUnderWay(client.heard())) {
            Delivery delivery = client.delivery();
            keepAlive.delivered(now, delivery.acknowledged(), delivery.written());
        }
        return keepAlive.due(now, !client.isPaused(), client.heard());
    }

    void owe() {
        owesFrame = loop.keepAlive().mode().hasFrame();
        owesText = loop.keepAlive().mode().hasText();
    }

    /// Writes what is owed and has a gap; the flow's scanner says when there is one for the rest.
    void payInto(ToClient flow) {
        long now = loop.now();
        boolean paid = false;
        if (owesFrame && flow.isBetweenFrames()) {
            lastPayload = now;
            byte[] payload = ByteBuffer.allocate(Long.BYTES).putLong(now).array();
            client.write(Frame.bare(client.channel().alloc(), Frame.PING, payload));
            owesFrame = false;
            flow.counters.pings.add(1);
            paid = true;
        }
        if (owesText && flow.isBetweenMessages()) {
            client.write(loop.appPing());
            owesText = false;
            flow.counters.pings.add(1);
            paid = true;
        }
        if (paid) {
            keepAlive.pinged(now, client.heard());
        }
        if (owesFrame || owesText) {
            flow.scanner.interrupt();
        }
    }

    /// A Pong frame came: perhaps the answer to our last Ping.
    void ponged(byte[] payload, LoopCounters.Way counters) {
        if (payload.length == Long.BYTES && ByteBuffer.wrap(payload).getLong() == lastPayload) {
            ponged(counters);
        }
    }

    /// An application pong came.
    void ponged(LoopCounters.Way counters) {
        counters.pongs.add(1);
        long roundTripNanos = keepAlive.answered(loop.now());
        if (roundTripNanos >= 0) {
            roundTrips.add(roundTripNanos);
            loop.observer().answered(LegName.CLIENT, roundTripNanos);
        }
    }
}

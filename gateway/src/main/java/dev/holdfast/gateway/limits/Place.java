package dev.holdfast.gateway.limits;

import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicBoolean;

/// A place among the sessions, taken before the backend is dialled. Given back once, whoever tries.
public final class Place {
    private final Places places;
    private final String network;
    private final AtomicBoolean isGivenBack = new AtomicBoolean();
    private volatile boolean isKept;

    /// @param network empty if it counts for none
    Place(Places places, String network) {
        this.places = places;
        this.network = network;
    }

    /// The handshake went well: the place is the client's until its connection ends.
    public void keepFor(Channel client) {
        isKept = true;
        client.closeFuture().addListener(_ -> giveBack());
    }

    /// The handshake is over.
    public void giveBackUnlessKept() {
        if (!isKept) {
            giveBack();
        }
    }

    private void giveBack() {
        if (isGivenBack.compareAndSet(false, true)) {
            places.giveBack(network);
        }
    }
}

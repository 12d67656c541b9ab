package dev.holdfast.gateway.limits;

import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicBoolean;

/// A place among the sessions, or among the requests under way, taken before the backend is asked. Given back once,
/// whoever tries.
public final class Place {
    private final Places places;
    private final String network;
    private final AtomicBoolean isGivenBack = new AtomicBoolean();

    /// @param network empty if it counts for none
    Place(Places places, String network) {
        this.places = places;
        this.network = network;
    }

    /// The handshake went well: the place is the client's until its connection ends.
    public void keepFor(Channel client) {
        client.closeFuture().addListener(_ -> giveBack());
    }

    public void giveBack() {
        if (isGivenBack.compareAndSet(false, true)) {
            places.giveBack(network);
        }
    }
}

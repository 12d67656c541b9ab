package dev.holdfast.gateway.relay;

/// What passed on one event loop since the start.
public final class LoopCounters {
    /// One direction's share.
    public static final class Way {
        /// Data messages carried.
        public final Counter messages = new Counter();
        /// Pings that came (to the backend) or were injected (to the client), of either kind.
        public final Counter pings = new Counter();
        /// Pongs that came (to the backend) or were written as answers (to the client), of either kind.
        public final Counter pongs = new Counter();
        /// Bytes of all frames carried.
        public final Counter bytes = new Counter();
        /// Times the leg this way starts from was no longer read because the other one was too slow, or it
        /// sent too fast.
        public final Counter pauses = new Counter();
    }

    private final Way toBackend = new Way();
    private final Way toClient = new Way();

    public Way way(Direction direction) {
        return direction == Direction.TO_BACKEND ? toBackend : toClient;
    }
}

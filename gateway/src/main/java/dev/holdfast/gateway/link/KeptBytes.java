package dev.holdfast.gateway.link;

/// What the sessions of one event loop keep of their clients' messages, all together. Owned by that loop.
public final class KeptBytes {
    private static final int FULL = 2;

    private final long most;
    private long now;

    /// @param most bytes from which on no session is to keep a further message beside another; at twice as
    ///     many it is full
    public KeptBytes(long most) {
        this.most = most;
    }

    void changed(int bytes) {
        now += bytes;
    }

    boolean hasRoom() {
        return now < most;
    }

    /// Whether even what a session has to bring to an end is too much.
    ///
    /// @param own bytes of the session that asks: one alone may keep a message of any size
    boolean isFullWithout(int own) {
        return now - own >= FULL * most;
    }
}

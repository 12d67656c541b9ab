package dev.holdfast.gateway.link;

/// What the sessions of one event loop keep of their clients' messages, all together. Owned by that loop.
public final class KeptBytes {
    private final long most;
    private long now;

    /// @param most bytes from which on no session is to keep a further message beside another
    public KeptBytes(long most) {
        this.most = most;
    }

    void changed(int bytes) {
        now += bytes;
    }

    boolean hasRoom() {
        return now < most;
    }
}

package dev.holdfast.game.table;

/// The messages of a connection whose client cannot tell what became of each: they are carried out in the order in
/// which they came. After one that could not be carried out for now no later one is, until the client, or the gateway
/// for it, sends all of them again over another connection. Safe from any thread.
public final class Lane {
    private volatile boolean isBlocked;

    boolean isBlocked() {
        return isBlocked;
    }

    void block() {
        isBlocked = true;
    }
}

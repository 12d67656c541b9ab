package dev.holdfast.gateway.relay;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// A count that one event loop writes and any thread reads, a little late. An add is a plain store: no lock, no
/// fence.
public final class Counter {
    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(Counter.class, "value", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // written through VALUE
    private long value;

    /// Only from the owning event loop.
    void add(long amount) {
        VALUE.setOpaque(this, (long) VALUE.get(this) + amount);
    }

    public long read() {
        return (long) VALUE.getOpaque(this);
    }
}

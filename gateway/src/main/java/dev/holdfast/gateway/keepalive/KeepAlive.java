package dev.holdfast.gateway.keepalive;

import java.util.random.RandomGenerator;

/// Decides, for one session, when to ping and when to give up. Holds no timer: it is asked, once per sweep of its
/// event loop.
public final class KeepAlive {
    /// What a sweep asks of the session.
    public enum Due {
        NOTHING,
        PING,
        /// Nothing was heard for the timeout after a ping.
        CLOSE
    }

    private static final long NEVER = Long.MAX_VALUE;
    private static final long UNKNOWN = -1;

    private final KeepAliveProperties properties;
    private final RandomGenerator jitter;

    private long pingAtNanos;
    private long pingedAtNanos;
    private long silentAtNanos = NEVER;
    private int heardAtPing;
    /// What must be acknowledged for the ping to have arrived; [#UNKNOWN] until that is asked, 0 when it has.
    private long arrivesAt;

    private long acknowledged;
    private boolean awaitsAnswer;

    /// @param nowNanos the time the session opened; the first ping comes an interval later
    public KeepAlive(KeepAliveProperties properties, RandomGenerator jitter, long nowNanos) {
        this.properties = properties;
        this.jitter = jitter;
        pingAtNanos = nowNanos + jittered();
    }

    /// A client that we do not read, because the backend is slow, cannot be heard: its time does not run.
    ///
    /// @param nowNanos nanoseconds by the clock of the event loop
    /// @param listening whether the client leg is being read
    /// @param heard how often something was heard of the client so far
    public Due due(long nowNanos, boolean listening, int heard) {
        if (silentAtNanos != NEVER) {
            if (heard != heardAtPing) {
                silentAtNanos = NEVER;
            } else if (!listening) {
                silentAtNanos = nowNanos + properties.timeout().toNanos();
            } else if (nowNanos - silentAtNanos >= 0) {
                return Due.CLOSE;
            }
        }
        if (nowNanos - pingAtNanos < 0) {
            return Due.NOTHING;
        }
        pingAtNanos = nowNanos + jittered();
        return Due.PING;
    }

    /// Whether it matters how far what was sent has come, because a ping is unanswered and perhaps still on its way.
    public boolean isUnderWay(int heard) {
        return silentAtNanos != NEVER && heard == heardAtPing && arrivesAt != 0;
    }

    /// On a slow line a ping has to wait for what was sent before it, and cannot be answered before it is there: as
    /// long as that arrives, the time does not run.
    ///
    /// @param acknowledgedBytes of the connection: what has arrived
    /// @param writtenBytes what has been sent so far; what follows the ping makes it seem to arrive a little later
    public void delivered(long nowNanos, long acknowledgedBytes, long writtenBytes) {
        if (arrivesAt == UNKNOWN) {
            arrivesAt = writtenBytes;
        } else if (acknowledgedBytes > acknowledged) {
            silentAtNanos = nowNanos + properties.timeout().toNanos();
        }
        acknowledged = acknowledgedBytes;
        if (acknowledgedBytes >= Math.min(arrivesAt, writtenBytes)) {
            arrivesAt = 0;
        }
    }

    /// A ping has been written. The answer is due within the timeout, unless an earlier ping is still unanswered.
    public void pinged(long nowNanos, int heard) {
        pingedAtNanos = nowNanos;
        awaitsAnswer = true;
        expects(nowNanos, heard);
    }

    /// Something is to be heard within the timeout, ping or not.
    public void expects(long nowNanos, int heard) {
        if (silentAtNanos == NEVER) {
            heardAtPing = heard;
            arrivesAt = UNKNOWN;
            silentAtNanos = nowNanos + properties.timeout().toNanos();
        }
    }

    /// A pong came.
    ///
    /// @return nanoseconds since the ping, or -1 when this is not the first answer to it
    public long answered(long nowNanos) {
        if (!awaitsAnswer) {
            return -1;
        }
        awaitsAnswer = false;
        return nowNanos - pingedAtNanos;
    }

    /// A tenth early to a tenth late, so that sessions opened together are not pinged together for ever.
    private long jittered() {
        return (long) (properties.interval().toNanos() * jitter.nextDouble(0.9, 1.1));
    }
}

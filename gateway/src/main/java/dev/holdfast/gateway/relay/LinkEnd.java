package dev.holdfast.gateway.relay;

import dev.holdfast.gateway.keepalive.KeepAlive;
import dev.holdfast.gateway.leg.Frame;
import dev.holdfast.gateway.leg.Leg;
import dev.holdfast.gateway.leg.LegName;
import dev.holdfast.gateway.link.LinkFrame;
import dev.holdfast.gateway.link.Redial;
import dev.holdfast.gateway.link.ResumePoint;
import dev.holdfast.gateway.link.Unacknowledged;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The gateway's end of the link of one session (docs/protocol.md, section 7): what the backend has confirmed, how
/// far the client has come, and, while the backend leg is away, the hold.
final class LinkEnd {
    private static final long NEVER = Long.MAX_VALUE;
    private static final long FIRST_WAIT_MILLIS = 100;
    private static final long LONGEST_WAIT_MILLIS = 3_000;

    private final Session session;
    private final SessionLoop loop;
    private final Redial redial;
    private final Unacknowledged unacknowledged;
    private KeepAlive backendAlive;

    private @Nullable String announced;
    private @Nullable String committed;
    private boolean speaksV1;

    private boolean isAway;
    /// Since when no leg has served the client, which is when the hold began: one that has ended before it
    /// confirmed or sent anything did not.
    private long unservedSinceNanos = NEVER;

    private long upgradedAtNanos;
    private boolean owesPing;
    /// Dials since a leg lived for the longest wait, or took a message: one that can only read is no sign that the
    /// next will be of more use.
    private int attempts;
    private int holds;
    private @Nullable Runnable cancelDial;

    LinkEnd(Session session, SessionLoop loop, Redial redial, Leg client) {
        this.session = session;
        this.loop = loop;
        this.redial = redial;
        unacknowledged = new Unacknowledged(client.channel().alloc(), loop.kept());
        backendAlive = loop.newBackendKeepAlive();
    }

    void keep(ByteBuf passing) {
        if (!session.isEnding()) {
            unacknowledged.keep(passing);
        }
    }

    void clientMessageEnded(int size) {
        if (!session.isEnding()) {
            unacknowledged.messageEnded(size);
        }
    }

    boolean keepsTooMuch() {
        return unacknowledged.isTooMuch();
    }

    boolean hasRoom() {
        return unacknowledged.hasRoom();
    }

    boolean speaksV1() {
        return speaksV1;
    }

    boolean isAway() {
        return isAway;
    }

    /// How often the backend leg went away.
    int holds() {
        return holds;
    }

    /// The payload of a Pong from the backend: a link frame, or the answer to a ping.
    void heard(byte[] payload) {
        if (PingPayload.isOne(payload)) {
            long roundTripNanos = backendAlive.answered(loop.now());
            if (roundTripNanos >= 0) {
                loop.observer().answered(LegName.BACKEND, roundTripNanos);
            }
            return;
        }
        switch (LinkFrame.of(payload)) {
            case LinkFrame.Acknowledged upTo -> {
                serves();
                long first = unacknowledged.first();
                unacknowledged.acknowledge(upTo.number());
                if (unacknowledged.first() > first) {
                    attempts = 0;
                }
                session.toBackend().balance();
            }
            case LinkFrame.Cursor next -> announced = next.cursor();
            case LinkFrame.Reached now -> {
                serves();
                committed = now.cursor();
            }
            case LinkFrame.SpeaksV1 _ -> speaksV1 = true;
            // Its Close follows, and the hold with it
            case LinkFrame.Draining _ -> {}
            case LinkFrame.Unknown _ -> {}
        }
    }

    /// A message of the backend's is complete in the client leg's queue.
    void messageReachedClient() {
        serves();
        if (announced != null) {
            committed = announced;
            announced = null;
        }
    }

    private void serves() {
        if (unservedSinceNanos != NEVER) {
            holdEnded(HoldOutcome.RESUMED, loop.now());
        }
    }

    /// The backend leg is gone: the client keeps its socket while another one is sought. The hold goes on from before
    /// if that leg brought nothing, as of a game-backend that has lost its store.
    void goAway() {
        if (loop.now() - upgradedAtNanos >= TimeUnit.MILLISECONDS.toNanos(LONGEST_WAIT_MILLIS)) {
            attempts = 0;
        }
        isAway = true;
        announced = null;
        owesPing = false;
        holds++;
        loop.held(1);
        hold();
        dialLater();
    }

    /// The backend leg is gone in the middle of a message, which no other one can go on with.
    void breakOff() {
        hold();
        end(HoldOutcome.BROKEN);
    }

    private void hold() {
        judgeSilence();
        if (unservedSinceNanos == NEVER) {
            unservedSinceNanos = loop.now();
            loop.observer().holdBegan(session.info());
        }
    }

    /// A leg that ended the hold and has lived for as long as one may last has served, and had nothing to say.
    private void judgeSilence() {
        boolean isSinceBefore = unservedSinceNanos != NEVER && upgradedAtNanos - unservedSinceNanos >= 0;
        if (isSinceBefore && loop.now() - upgradedAtNanos >= loop.link().hold().toNanos()) {
            holdEnded(HoldOutcome.RESUMED, upgradedAtNanos);
        }
    }

    private void holdEnded(HoldOutcome outcome, long atNanos) {
        long heldNanos = atNanos - unservedSinceNanos;
        unservedSinceNanos = NEVER;
        loop.observer().holdEnded(session.info(), outcome, heldNanos, Session.addressOf(session.backend()));
    }

    private void dialLater() {
        long most = Math.min(LONGEST_WAIT_MILLIS, FIRST_WAIT_MILLIS << Math.min(attempts, 10));
        attempts++;
        long wait = loop.jitter().nextLong(FIRST_WAIT_MILLIS / 2, most + 1);
        loop.later(this::dial, wait, TimeUnit.MILLISECONDS);
    }

    private void dial() {
        if (!isAway() || session.isEnding()) {
            return;
        }
        ResumePoint point = new ResumePoint(unacknowledged.first(), committed, speaksV1);
        cancelDial = redial.dial(point, session.backend(), new Redial.Outcome() {
            @Override
            public void upgraded(Leg leg) {
                cancelDial = null;
                if (!isAway() || session.isEnding()) {
                    leg.cut();
                    return;
                }
                comeBack();
                session.resume(leg, unacknowledged.again());
            }

            @Override
            public void failed() {
                cancelDial = null;
                if (isAway() && !session.isEnding()) {
                    dialLater();
                }
            }
        });
    }

    private void comeBack() {
        isAway = false;
        upgradedAtNanos = loop.now();
        backendAlive = loop.newBackendKeepAlive();
        loop.held(-1);
    }

    /// @return whether the hold has lasted as long as it may
    boolean hasExpired(long now) {
        return isAway() && now - unservedSinceNanos >= loop.link().hold().toNanos();
    }

    /// What the backend's silence asks for; nothing while it is away. It may be what the end of the frame waits for
    /// that a ping cannot go before: then it is to be heard without one.
    KeepAlive.Due due(long now, ToBackend flow, Leg backend) {
        if (isAway()) {
            return KeepAlive.Due.NOTHING;
        }
        if (owesPing && !flow.hasRoom()) {
            backendAlive.expects(now, backend.heard());
        }
        return backendAlive.due(now, !backend.isPaused(), backend.heard());
    }

    void owePing() {
        owesPing = true;
    }

    /// Writes the ping that is owed, or has itself called again when there is a gap between the client's frames. The
    /// backend's time to answer begins with the writing.
    void payPing(ToBackend flow, Leg backend) {
        if (!owesPing) {
            return;
        }
        if (flow.isBetweenFrames()) {
            owesPing = false;
            long now = loop.now();
            flow.inject(Frame.masked(backend.channel().alloc(), Frame.PING, PingPayload.of(now)));
            backendAlive.pinged(now, backend.heard());
        } else {
            flow.scanner.interrupt();
        }
    }

    /// The session is over, or cannot be held: nothing is sent again.
    void end(HoldOutcome outcome) {
        if (isAway()) {
            comeBack();
        }
        judgeSilence();
        if (unservedSinceNanos != NEVER) {
            holdEnded(outcome, loop.now());
        }
        if (cancelDial != null) {
            cancelDial.run();
            cancelDial = null;
        }
        unacknowledged.release();
    }

    /// The payloads of the gateway's pings: no link frame begins like them.
    private static final class PingPayload {
        private static final int SIZE = 1 + Long.BYTES;

        static byte[] of(long now) {
            return ByteBuffer.allocate(SIZE).put((byte) 'P').putLong(now).array();
        }

        static boolean isOne(byte[] payload) {
            return payload.length == SIZE && payload[0] == 'P';
        }
    }
}

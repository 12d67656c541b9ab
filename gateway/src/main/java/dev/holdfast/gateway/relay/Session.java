package dev.holdfast.gateway.relay;

import dev.holdfast.gateway.leg.CloseCode;
import dev.holdfast.gateway.leg.Frame;
import dev.holdfast.gateway.leg.Leg;
import dev.holdfast.gateway.link.Redial;
import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A client leg joined to a backend leg, or to none for the time of a hold. Lives on one event loop, from the 101
/// until all its connections are gone.
final class Session {
    /// How long a peer may take to answer a Close frame, or to end its half of the connection.
    static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    /// Bytes that a client is to take of what waits for it, to be one that reads.
    private static final long LEAST_TAKEN = 4 << 10;

    private static final long NEVER = Long.MAX_VALUE;

    private final SessionLoop loop;
    private final SessionInfo info;
    private final Leg client;
    private final ToBackend toBackend;
    private final @Nullable LinkEnd link;
    private final ClientPings pings;
    private final long openedAtNanos;
    /// When the token ends, and when the session has lasted as long as it may; [#NEVER] without such an end.
    private final long expiresAtNanos;

    private final long retiresAtNanos;

    private ToClient toClient;
    private Leg backend;
    private int index;

    /// Since when the client has taken less than [#LEAST_TAKEN] of what waits for it; [#NEVER] while little waits,
    /// where memory is short no more than this.
    private long unreadSinceNanos = NEVER;
    /// The bytes that it had acknowledged then.
    private long takenThen;

    private int code;
    private String reason = "";
    private ClosedBy by = ClosedBy.GATEWAY;
    /// When all connections are cut, however far the closing has come; [#NEVER] while the session is open.
    private long cutAtNanos = NEVER;

    private boolean clientGone;
    private boolean backendGone;
    private boolean isOver;

    /// @param redial how to get another backend leg; null without a link
    Session(SessionLoop loop, SessionInfo info, Leg client, Leg backend, @Nullable Redial redial, int index) {
        this.loop = loop;
        this.info = info;
        this.client = client;
        this.backend = backend;
        this.index = index;
        pings = new ClientPings(loop, client);
        openedAtNanos = loop.now();
        expiresAtNanos =
                info.mayLast() == null ? NEVER : openedAtNanos + info.mayLast().toNanos();
        retiresAtNanos = loop.retiresAt(openedAtNanos);
        link = redial == null ? null : new LinkEnd(this, loop, redial, client);
        toBackend = new ToBackend(this, client, backend, loop);
        toClient = new ToClient(this, backend, client, loop, link != null);
    }

    /// Lets both legs speak: first the client, whose early bytes the backend has been waiting for the longest.
    void start() {
        try {
            client.attach(toBackend);
        } finally {
            // A leg that nobody listens to could not say that it is gone, and the session would never end
            backend.attach(toClient);
        }
    }

    int index() {
        return index;
    }

    void moveTo(int newIndex) {
        index = newIndex;
    }

    SessionLoop loop() {
        return loop;
    }

    SessionInfo info() {
        return info;
    }

    @Nullable
    LinkEnd link() {
        return link;
    }

    /// The address at the other end of a leg, also of one that is gone, with its port.
    static String addressOf(Leg leg) {
        SocketAddress peer = leg.channel().remoteAddress();
        return peer instanceof InetSocketAddress socket ? NetUtil.toSocketAddressString(socket) : String.valueOf(peer);
    }

    /// The backend leg, or during a hold the one that was lost.
    Leg backend() {
        return backend;
    }

    ToBackend toBackend() {
        return toBackend;
    }

    ToClient toClient() {
        return toClient;
    }

    ClientPings pings() {
        return pings;
    }

    /// The backend stands between two frames.
    void betweenFramesToBackend() {
        if (link != null) {
            link.payPing(toBackend, backend);
        }
    }

    /// The client takes bytes again.
    void clientReads() {
        unreadSinceNanos = NEVER;
    }

    /// What waits for the client.
    long unreadBytes() {
        return client.queuedBytes();
    }

    /// Asked regularly by the loop: is anything due?
    void sweep(long now) {
        if (isEnding()) {
            if (now - cutAtNanos >= 0) {
                answerClose();
                client.flush();
                cut();
            }
            return;
        }
        sweepClient(now);
        if (link != null && !isEnding()) {
            sweepBackend(link, now);
        }
    }

    /// Ends both connections now.
    void cut() {
        client.cut();
        backend.cut();
    }

    private void sweepClient(long now) {
        if (expiresAtNanos != NEVER && now - expiresAtNanos >= 0) {
            close(CloseCode.TOKEN_EXPIRED, "the token has expired; get a new one and reconnect");
            return;
        }
        if (retiresAtNanos != NEVER && now - retiresAtNanos >= 0) {
            drain(0);
            return;
        }
        Duration limit = loop.maxUnreadable();
        if (hasStoppedReading(now, limit)) {
            close(CloseCode.UNREADABLE, "what was sent was not read for %d s".formatted(limit.toSeconds()));
            if (loop.isShortOfMemory()) {
                // No time for it to read the Close frame behind all the rest
                loop.dropped(unreadBytes());
                client.cut();
            }
            return;
        }
        toBackend.sweep(now);
        if (!isEnding()) {
            sweepPings(now);
        }
    }

    private boolean hasStoppedReading(long now, Duration limit) {
        boolean waits = loop.isShortOfMemory() ? unreadBytes() > LEAST_TAKEN : !client.isWritable();
        if (!waits) {
            unreadSinceNanos = NEVER;
            return false;
        }
        long taken = client.delivery().acknowledged();
        if (unreadSinceNanos == NEVER || taken - takenThen >= LEAST_TAKEN) {
            unreadSinceNanos = now;
            takenThen = taken;
        }
        return now - unreadSinceNanos >= limit.toNanos();
    }

    private void sweepPings(long now) {
        switch (pings.due(now)) {
            case NOTHING -> {}
            case PING -> {
                pings.owe();
                pings.payInto(toClient);
                client.flush();
            }
            case CLOSE ->
                close(
                        CloseCode.SILENT,
                        "nothing heard for %d ms after a ping"
                                .formatted(loop.keepAlive().timeout().toMillis()));
        }
    }

    private void sweepBackend(LinkEnd linked, long now) {
        if (linked.hasExpired(now)) {
            linked.end(HoldOutcome.EXPIRED);
            close(CloseCode.TRY_AGAIN_LATER, "the game server did not come back in time; try again");
            return;
        }
        switch (linked.due(now, toBackend, backend)) {
            case NOTHING -> {}
            case PING -> {
                linked.owePing();
                linked.payPing(toBackend, backend);
                backend.flush();
            }
            // It hangs: whatever it still says comes too late
            case CLOSE -> backendLost(toClient);
        }
    }

    boolean isEnding() {
        return cutAtNanos != NEVER;
    }

    /// Whether a backend leg that ends with this code is replaced, instead of the client being told: it speaks of
    /// the backend's own going, or of nothing, as when a server's library closes what is left at its end.
    boolean holdsOn(int closeCode) {
        boolean isItsOwn = switch (closeCode) {
            case CloseCode.GOING_AWAY,
                    CloseCode.RESTART,
                    CloseCode.TRY_AGAIN_LATER,
                    CloseCode.NO_CODE,
                    CloseCode.ABNORMAL -> true;
            default -> false;
        };
        return isItsOwn && link != null && !isEnding() && loop.link().hold().isPositive();
    }

    /// A backend leg broke, hangs, or said that it goes.
    void backendLost(ToClient lost) {
        if (lost != toClient) {
            return;
        }
        if (link == null || !holdsOn(CloseCode.ABNORMAL)) {
            backendGone = !backend.channel().isActive();
            ends(CloseCode.ABNORMAL, "", ClosedBy.BACKEND);
            legGone();
            return;
        }
        backend.flush();
        backend.cut();
        backendGone = true;
        // A leg that has failed in the middle of a read has not
        client.flush();
        if (lost.hasOpenMessage()) {
            link.breakOff();
            if (lost.isBetweenFrames()) {
                close(CloseCode.RESTART, "retry=0");
            } else {
                // No Close frame fits into a frame that has no end
                ends(CloseCode.ABNORMAL, "", ClosedBy.BACKEND);
                legGone();
            }
            return;
        }
        // The client stands between two messages: what was withheld comes again on the next leg
        toClient = new ToClient(this, backend, client, loop, true);
        toClient.countOnFrom(lost);
        lost.moveWaitingTo(toClient);
        lost.end();
        toBackend.dropWaiting();
        link.goAway();
        notice(link, SessionLoop.BACKEND_AWAY);
        toBackend.balance();
    }

    /// Goes on with another backend leg.
    ///
    /// @param again what the lost one did not acknowledge. Takes its ownership
    void resume(Leg leg, ByteBuf again) {
        backend = leg;
        backendGone = false;
        ToClient away = toClient;
        away.end();
        toClient = new ToClient(this, leg, client, loop, true);
        toClient.countOnFrom(away);
        toBackend.retarget(leg);
        leg.write(again);
        leg.flush();
        if (link != null) {
            notice(link, SessionLoop.BACKEND_BACK);
        }
        leg.attach(toClient);
        toBackend.balance();
    }

    private void notice(LinkEnd linked, ByteBuf notice) {
        if (linked.speaksV1()) {
            toClient.inject(notice.duplicate());
            client.flush();
        }
    }

    /// Closes a session because the gateway goes, or because it has lasted long enough: a client of protocol v1 is told
    /// so in words first.
    void drain(long retryMillis) {
        if (isEnding()) {
            return;
        }
        String retry = "retry=" + retryMillis;
        if (link != null && link.speaksV1()) {
            toClient.inject(SessionLoop.bye(client.channel().alloc(), CloseCode.RESTART, retry));
        }
        close(CloseCode.RESTART, retry);
    }

    /// Ends the session from our side: a Close frame to the client, in the middle of a frame as soon as that has
    /// come to its end, and one to the backend if there is a gap for it.
    void close(int closeCode, String closeReason) {
        close(closeCode, closeCode, closeReason);
    }

    void close(int toTheClient, int toTheBackend, String closeReason) {
        ends(toTheClient, closeReason, ClosedBy.GATEWAY);
        toClient.close(Frame.bare(client.channel().alloc(), Frame.CLOSE, Frame.closePayload(toTheClient, closeReason)));
        toBackend.close(
                Frame.masked(backend.channel().alloc(), Frame.CLOSE, Frame.closePayload(toTheBackend, closeReason)));
        finish();
    }

    /// The first cause of the end counts.
    private void ends(int closeCode, String closeReason, ClosedBy who) {
        if (!isEnding()) {
            code = closeCode;
            reason = closeReason;
            by = who;
            cutAtNanos = loop.now() + CLOSE_TIMEOUT.toNanos();
            if (link != null) {
                link.end(HoldOutcome.ENDED);
            }
        }
    }

    private void finish() {
        answerClose();
        toBackend.end();
        if (toClient.owesClose() && !clientGone && !backendGone) {
            backend.flush();
            return;
        }
        toClient.end();
        client.finish();
        if (!backendGone) {
            backend.finish();
        }
    }

    /// A client that closes is answered (RFC 6455, section 5.5.1), by us where the backend leg ends before it has.
    private void answerClose() {
        if (by == ClosedBy.CLIENT) {
            toClient.close(Frame.bare(client.channel().alloc(), Frame.CLOSE, Frame.closePayload(code, reason)));
        }
    }

    /// The Close frame that the client was owed has been written.
    void closePaid() {
        client.flush();
        finish();
    }

    /// A Close frame has gone by. When one has gone by each way, nothing more may come (RFC 6455, section 5.5.1).
    void closePassed(int closeCode, byte[] payload, ClosedBy who) {
        String closeReason =
                payload.length > 2 ? new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8) : "";
        ends(closeCode, closeReason, who);
        if (toBackend.scanner.isOver() && toClient.scanner.isOver()) {
            finish();
        }
    }

    void clientGone(int closeCode) {
        clientGone = true;
        ends(closeCode, "", ClosedBy.NETWORK);
        legGone();
    }

    private void legGone() {
        if (isOver) {
            return;
        }
        if (clientGone && backendGone) {
            isOver = true;
            toBackend.end();
            toClient.end();
            loop.close(this, end());
        } else {
            finish();
        }
    }

    private SessionEnd end() {
        return new SessionEnd(view(), code, reason, by);
    }

    SessionView view() {
        boolean isHeld = link != null && link.isAway();
        return new SessionView(
                info,
                addressOf(backend),
                isEnding() ? SessionView.State.CLOSING : isHeld ? SessionView.State.HELD : SessionView.State.OPEN,
                Duration.ofNanos(loop.now() - openedAtNanos),
                client.queuedBytes() + backend.queuedBytes(),
                pings.roundTrips().median(),
                pings.roundTrips().largest(),
                link == null ? 0 : link.holds(),
                toBackend.carried(),
                toClient.carried());
    }
}

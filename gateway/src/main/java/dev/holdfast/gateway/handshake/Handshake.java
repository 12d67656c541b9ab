package dev.holdfast.gateway.handshake;

import dev.holdfast.gateway.auth.Admission;
import dev.holdfast.gateway.auth.Authenticator;
import dev.holdfast.gateway.backend.BackendDialer;
import dev.holdfast.gateway.backend.BackendRedial;
import dev.holdfast.gateway.backend.DialAnswer;
import dev.holdfast.gateway.backend.DialOutcome;
import dev.holdfast.gateway.backend.DialRequest;
import dev.holdfast.gateway.backend.HeadLines;
import dev.holdfast.gateway.backend.UpgradeHead;
import dev.holdfast.gateway.drain.Drain;
import dev.holdfast.gateway.leg.Leg;
import dev.holdfast.gateway.limits.Place;
import dev.holdfast.gateway.link.LinkHeaders;
import dev.holdfast.gateway.link.ResumePoint;
import dev.holdfast.gateway.relay.SessionInfo;
import dev.holdfast.gateway.relay.Sessions;
import dev.holdfast.gateway.trace.Traces;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;

/// Turns one upgrade that may go on into a session: asks who the client is, dials the backend, and only then answers
/// 101, so that a backend that is down, slow or refusing becomes an honest status (docs/decisions/0001). Lives on the
/// event loop of both legs.
final class Handshake {
    private static final Logger LOG = LoggerFactory.getLogger(Handshake.class);

    private final Means means;
    private final Caller caller;
    private final UpgradeRequest request;
    private final ClientGate gate;
    private final Place place;
    private final Channel channel;
    private final HandshakeMeters.Started started;

    private @Nullable Disposable admission;
    private @Nullable Runnable abandonDial;
    private boolean isOver;

    /// What all handshakes work with.
    @Component
    record Means(
            Authenticator authenticator,
            BackendDialer dialer,
            Sessions sessions,
            Drain drain,
            SessionIds sessionIds,
            Refusals refusals,
            RefusalLog log,
            HandshakeMeters meters,
            Traces traces) {}

    Handshake(Means means, Caller caller, UpgradeRequest request, ClientGate gate, Place place) {
        this.means = means;
        this.caller = caller;
        this.request = request;
        this.gate = gate;
        this.place = place;
        channel = gate.channel();
        started = means.meters().started(means.traces().handshake(request.game(), request.player(), caller.address()));
    }

    void begin() {
        admission = means.authenticator()
                .admit(request.http().uri(), request.headers())
                .subscribe(admitted -> later(() -> dial(admitted)), failure -> later(() -> failed(failure)));
    }

    /// The client has gone.
    void abandon() {
        if (!end(HandshakeMeters.CLIENT_GONE)) {
            return;
        }
        if (admission != null) {
            admission.dispose();
        }
        if (abandonDial != null) {
            abandonDial.run();
        }
        place.giveBack();
    }

    /// The authenticator may answer on any thread.
    private void later(Runnable step) {
        if (channel.eventLoop().inEventLoop()) {
            step.run();
        } else {
            channel.eventLoop().execute(step);
        }
    }

    private boolean end(String outcome) {
        boolean isFirst = !isOver;
        isOver = true;
        if (isFirst) {
            started.ended(outcome);
        }
        return isFirst;
    }

    private void dial(Admission admitted) {
        if (isOver) {
            return;
        }
        String traceparent = Traces.parentOf(started.span());
        SessionInfo info = infoOf(admitted, traceparent);
        Traces.nameSession(started.span(), info.id());
        UpgradeHead head = new UpgradeHead(linesFor(admitted, info.id()), admitted.headers());
        DialRequest dial = new DialRequest(
                channel.eventLoop(), request.game(), null, head, ResumePoint.START, info.id(), traceparent);
        abandonDial = means.dialer().dial(dial, new DialOutcome() {
            @Override
            public void answered(DialAnswer answer) {
                Handshake.this.answered(answer, info, dial);
            }

            @Override
            public void failed(Throwable failure) {
                Handshake.this.failed(failure);
            }
        });
    }

    private SessionInfo infoOf(Admission admitted, @Nullable String traceparent) {
        return new SessionInfo(
                means.sessionIds().next(),
                request.game(),
                request.player(),
                caller.address(),
                request.origin(),
                traceparent,
                admitted.mayLast().orElse(null));
    }

    private HeadLines linesFor(Admission admitted, String session) {
        HeadLines lines = new HeadLines("GET " + admitted.target() + " HTTP/1.1");
        HopByHop.toBackend(admitted.headers(), (name, value) -> {
            if (!name.equalsIgnoreCase(caller.addressHeader())) {
                lines.add(name, value);
            }
        });
        admitted.subject().ifPresent(subject -> lines.add(LinkHeaders.IDENTITY, subject));
        return lines.add("Host", means.dialer().authority())
                .add("Connection", "Upgrade")
                .add("Upgrade", "websocket")
                .add(ForwardedHeaders.FOR, caller.address())
                .add(ForwardedHeaders.PROTO, caller.scheme())
                .add(ForwardedHeaders.HOST, caller.host())
                .add(LinkHeaders.LINK, LinkHeaders.VERSION)
                .add(LinkHeaders.SESSION, session);
    }

    private void answered(DialAnswer answer, SessionInfo info, DialRequest dial) {
        switch (answer) {
            case DialAnswer.Upgraded upgraded -> {
                if (!channel.isActive()) {
                    upgraded.leg().cut();
                    abandon();
                } else if (means.drain().isUnderWay()) {
                    // Who is to leave may have been counted already
                    upgraded.leg().cut();
                    refuse(Refusal.draining());
                } else {
                    end(HandshakeMeters.ACCEPTED);
                    join(upgraded, info, dial);
                }
            }
            case DialAnswer.Refused refused -> {
                refused(HandshakeMeters.BACKEND_REFUSED, "The game server answered " + refused.status() + ".");
                answer(passed(refused));
            }
        }
    }

    private void join(DialAnswer.Upgraded upgraded, SessionInfo info, DialRequest dial) {
        place.keepFor(channel);
        Leg client = null;
        try {
            client = takeOver(upgraded, dial);
            open(client, upgraded, info, dial);
        } catch (RuntimeException | Error failure) {
            try {
                LOG.error("session {}: cutting both legs after a failure of our own", info.id(), failure);
            } finally {
                // The client first: without it nobody looks for another backend leg
                if (client == null) {
                    channel.close();
                } else {
                    client.cut();
                }
                upgraded.leg().cut();
            }
        }
    }

    /// Answers 101 on the wire and takes the connection away from the HTTP server.
    private Leg takeOver(DialAnswer.Upgraded upgraded, DialRequest dial) {
        return gate.upgrade(head(dial.head().accept(), upgraded.headers()));
    }

    private void open(Leg client, DialAnswer.Upgraded upgraded, SessionInfo info, DialRequest dial) {
        BackendRedial redial = upgraded.isLinked() ? new BackendRedial(means.dialer(), dial) : null;
        means.sessions().open(info, client, upgraded.leg(), redial);
    }

    private ByteBuf head(String accept, HttpHeaders backends) {
        HeadLines lines = new HeadLines("HTTP/1.1 101 Switching Protocols")
                .add("Upgrade", "websocket")
                .add("Connection", "Upgrade")
                .add("Sec-WebSocket-Accept", accept);
        HopByHop.toClient(backends, lines::add);
        return lines.end(channel.alloc());
    }

    private void failed(Throwable failure) {
        if (!isOver) {
            refuse(means.refusals()
                    .of(
                            failure,
                            request.http().method().name(),
                            SessionPath.pathOf(request.http().uri())));
        }
    }

    private void refuse(Refusal refusal) {
        refused(refusal.error(), refusal.message());
        answer(means.refusals().response(refusal));
    }

    private void refused(String outcome, String reason) {
        end(outcome);
        means.log().refused(request, caller.address(), outcome, reason);
    }

    /// A refusal of the backend's is the client's to see, as it is.
    private static FullHttpResponse passed(DialAnswer.Refused refused) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(refused.status()),
                Unpooled.wrappedBuffer(refused.body()));
        HopByHop.toClient(refused.headers(), response.headers()::add);
        SecurityHeaders.ALL.forEach(response.headers()::set);
        HttpUtil.setContentLength(response, refused.body().remaining());
        return response;
    }

    private void answer(FullHttpResponse response) {
        // Before the answer is written: who has read a refusal may ask again at once
        place.giveBack();
        gate.answer(
                response, HttpUtil.isKeepAlive(request.http()) && !means.drain().isUnderWay());
    }
}

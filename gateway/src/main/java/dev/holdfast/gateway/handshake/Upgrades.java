package dev.holdfast.gateway.handshake;

import dev.holdfast.gateway.auth.Admission;
import dev.holdfast.gateway.auth.Authenticator;
import dev.holdfast.gateway.backend.BackendDialer;
import dev.holdfast.gateway.backend.BackendRedial;
import dev.holdfast.gateway.backend.DialAnswer;
import dev.holdfast.gateway.backend.DialRequest;
import dev.holdfast.gateway.backend.UpgradeHead;
import dev.holdfast.gateway.backend.WebSocketKey;
import dev.holdfast.gateway.drain.Drain;
import dev.holdfast.gateway.leg.Leg;
import dev.holdfast.gateway.limits.Admissions;
import dev.holdfast.gateway.limits.Place;
import dev.holdfast.gateway.limits.Verdict;
import dev.holdfast.gateway.link.Redial;
import dev.holdfast.gateway.link.ResumePoint;
import dev.holdfast.gateway.relay.SessionInfo;
import dev.holdfast.gateway.relay.Sessions;
import dev.holdfast.gateway.trace.Traces;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerRequest;

/// Turns an upgrade on the route `ws` into a session: checks it, dials the backend, and only then answers 101, so
/// that a backend that is down, slow or refusing becomes an honest status (docs/decisions/0001).
final class UpgradeFilter implements GlobalFilter, Ordered {
    static final String ROUTE = "ws";

    private final AllowedOrigins origins;
    private final boolean originMayBeMissing;
    private final Admissions admissions;
    private final Authenticator authenticator;
    private final BackendDialer dialer;
    private final Sessions sessions;
    private final SessionIds sessionIds;
    private final Drain drain;
    private final Refusals refusals;
    private final HandshakeMeters meters;
    private final Traces traces;

    UpgradeFilter(
            AllowedOrigins origins,
            OriginProperties properties,
            Admissions admissions,
            Authenticator authenticator,
            BackendDialer dialer,
            Sessions sessions,
            SessionIds sessionIds,
            Drain drain,
            Refusals refusals,
            HandshakeMeters meters,
            Traces traces) {
        this.origins = origins;
        this.originMayBeMissing = properties.mayBeMissing();
        this.admissions = admissions;
        this.authenticator = authenticator;
        this.dialer = dialer;
        this.sessions = sessions;
        this.sessionIds = sessionIds;
        this.drain = drain;
        this.refusals = refusals;
        this.meters = meters;
        this.traces = traces;
    }

    /// Behind [Callers], before anything that would route: nothing comes after.
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 1;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        Route route = exchange.getRequiredAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
        if (!ROUTE.equals(route.getId())) {
            return chain.filter(exchange);
        }
        Map<String, String> ids = ServerWebExchangeUtils.getUriTemplateVariables(exchange);
        HttpServerRequest http = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
        UpgradeRequest request = new UpgradeRequest(http, ids.getOrDefault("game", ""), ids.getOrDefault("player", ""));
        String address = Caller.of(exchange).address();
        if (drain.isUnderWay()) {
            return refuse(exchange, Refusal.draining());
        }
        Optional<Verdict.Refused> tooFast = admissions.arrive(address);
        if (tooFast.isPresent()) {
            return refuse(exchange, tooFast.get(), address);
        }
        Refusal refusal = request.refusal(origins::allows, originMayBeMissing);
        if (refusal != null) {
            return refuse(exchange, refusal);
        }
        return switch (admissions.reserve(address)) {
            case Verdict.Refused refused -> refuse(exchange, refused, address);
            case Verdict.Admitted admitted -> {
                Place place = admitted.place();
                // Before the answer is written: who has read a refusal may ask again at once
                exchange.getResponse().beforeCommit(() -> Mono.fromRunnable(place::giveBackUnlessKept));
                yield upgrade(exchange, request, place).doFinally(_ -> place.giveBackUnlessKept());
            }
        };
    }

    private Mono<Void> refuse(ServerWebExchange exchange, Verdict.Refused refused, String address) {
        meters.refused(refused.limit());
        return refuse(exchange, Refusal.of(refused, address));
    }

    private Mono<Void> refuse(ServerWebExchange exchange, Refusal refusal) {
        meters.ended(refusal.error());
        return refusals.answer(exchange, refusal);
    }

    private Mono<Void> upgrade(ServerWebExchange exchange, UpgradeRequest request, Place place) {
        Channel channel = channelOf(request.http());
        String path = exchange.getRequest().getURI().getRawPath();
        HandshakeMeters.Started started = meters.started(traces.handshake(
                request.game(), request.player(), Caller.of(exchange).address()));
        return authenticator
                .admit(request.http().uri(), request.headers())
                .publishOn(Schedulers.fromExecutor(channel.eventLoop()))
                .flatMap(admission -> dial(exchange, request, place, admission, started))
                .doOnCancel(() -> started.ended(HandshakeMeters.CLIENT_GONE))
                .onErrorResume(failure -> {
                    started.ended(Refusal.of(failure, path).error());
                    return refusals.handle(exchange, failure);
                });
    }

    private Mono<Void> dial(
            ServerWebExchange exchange,
            UpgradeRequest request,
            Place place,
            Admission admission,
            HandshakeMeters.Started started) {
        Channel channel = channelOf(request.http());
        String traceparent = Traces.parentOf(started.span());
        SessionInfo info = infoOf(exchange, request, admission, traceparent);
        Traces.nameSession(started.span(), info.id());
        UpgradeHead head = new UpgradeHead(admission.target(), headersFor(exchange, admission, info.id()));
        BackendRedial redial =
                new BackendRedial(dialer, channel.eventLoop(), request.game(), head, info.id(), traceparent);
        return dialer.dial(new DialRequest(
                        channel.eventLoop(), request.game(), head, ResumePoint.START, info.id(), traceparent))
                .flatMap(answer -> switch (answer) {
                    case DialAnswer.Upgraded upgraded -> {
                        started.ended(channel.isActive() ? HandshakeMeters.ACCEPTED : HandshakeMeters.CLIENT_GONE);
                        yield join(exchange, place, info, request.key(), upgraded, redial, channel);
                    }
                    case DialAnswer.Refused refused -> {
                        started.ended(HandshakeMeters.BACKEND_REFUSED);
                        yield pass(exchange, refused);
                    }
                });
    }

    private SessionInfo infoOf(
            ServerWebExchange exchange, UpgradeRequest request, Admission admission, @Nullable String traceparent) {
        return new SessionInfo(
                sessionIds.next(),
                request.game(),
                request.player(),
                Caller.of(exchange).address(),
                request.headers().get(HttpHeaderNames.ORIGIN, ""),
                traceparent,
                admission.mayLast().orElse(null));
    }

    private DefaultHttpHeaders headersFor(ServerWebExchange exchange, Admission admission, String session) {
        Caller caller = Caller.of(exchange);
        DefaultHttpHeaders headers = HopByHop.toBackend(admission.headers());
        headers.remove(caller.addressHeader());
        admission.subject().ifPresent(subject -> headers.set(ForwardedHeaders.IDENTITY, subject));
        headers.set(HttpHeaderNames.HOST, dialer.authority());
        headers.set(HttpHeaderNames.CONNECTION, "Upgrade");
        headers.set(HttpHeaderNames.UPGRADE, "websocket");
        headers.set(ForwardedHeaders.FOR, caller.address());
        headers.set(ForwardedHeaders.PROTO, caller.scheme());
        headers.set(ForwardedHeaders.HOST, caller.host());
        headers.set(ForwardedHeaders.LINK, "1");
        headers.set(ForwardedHeaders.SESSION, session);
        return headers;
    }

    /// Answers 101 on the wire, takes the connection away from the HTTP server, and lets that finish its exchange
    /// into the void, so that nothing of the request outlives the handshake. Runs on the event loop of both legs.
    private Mono<Void> join(
            ServerWebExchange exchange,
            Place place,
            SessionInfo info,
            String key,
            DialAnswer.Upgraded upgraded,
            Redial redial,
            Channel channel) {
        if (!channel.isActive()) {
            upgraded.leg().cut();
            return Mono.empty();
        }
        place.keepFor(channel);
        Leg client = ClientGate.upgrade(
                channel, head(channel, WebSocketKey.accept(key), HopByHop.toClient(upgraded.headers())));
        // Later, when the HTTP server has let go of the channel
        channel.eventLoop()
                .execute(() -> sessions.open(info, client, upgraded.leg(), upgraded.isLinked() ? redial : null));
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(HttpStatus.SWITCHING_PROTOCOLS);
        return response.setComplete();
    }

    private static ByteBuf head(Channel channel, String accept, HttpHeaders extra) {
        StringBuilder head = new StringBuilder(256)
                .append("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
                .append("Sec-WebSocket-Accept: ")
                .append(accept)
                .append("\r\n");
        for (Map.Entry<String, String> header : extra) {
            head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        return ByteBufUtil.writeAscii(channel.alloc(), head.append("\r\n"));
    }

    /// A refusal of the backend's is the client's to see, as it is.
    private Mono<Void> pass(ServerWebExchange exchange, DialAnswer.Refused refused) {
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(HttpStatusCode.valueOf(refused.status()));
        HopByHop.toClient(refused.headers())
                .forEach(header -> response.getHeaders().add(header.getKey(), header.getValue()));
        response.getHeaders().setContentLength(refused.body().remaining());
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(refused.body())));
    }

    private static Channel channelOf(HttpServerRequest request) {
        Channel[] found = new Channel[1];
        request.withConnection((Connection connection) -> found[0] = connection.channel());
        return found[0];
    }
}

package dev.holdfast.gateway.handshake;

import dev.holdfast.gateway.limits.Requests;
import dev.holdfast.gateway.limits.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/// Stands before all that is served below `/api`: finds out who is calling, and whether that is too often.
///
/// Runs behind the filter that lets a page read its answers, so that it can read these too.
final class ApiGate implements WebFilter {
    static final String PATHS = "/api/**";

    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final PathPattern API = PathPatternParser.defaultInstance.parse(PATHS);

    private final Callers callers;
    private final TrustedProxies trusted;
    private final Requests requests;
    private final HandshakeMeters meters;
    private final Refusals refusals;

    ApiGate(Callers callers, TrustedProxies trusted, Requests requests, HandshakeMeters meters, Refusals refusals) {
        this.callers = callers;
        this.trusted = trusted;
        this.requests = requests;
        this.meters = meters;
        this.refusals = refusals;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!API.matches(exchange.getRequest().getPath().pathWithinApplication())) {
            return chain.filter(exchange);
        }
        HttpServerRequest request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
        if (!(request.connectionRemoteAddress() instanceof InetSocketAddress socket)) {
            // Gone already
            return Mono.empty();
        }
        InetAddress peer = IpAddress.plain(socket.getAddress());
        return switch (callers.find(new Peer(peer, trusted.contain(peer)), request.requestHeaders())) {
            case Caller caller -> {
                caller.rememberIn(exchange);
                yield admit(caller, exchange, chain);
            }
            case Refusal refusal -> refusals.answer(exchange, refusal);
        };
    }

    private Mono<Void> admit(Caller caller, ServerWebExchange exchange, WebFilterChain chain) {
        boolean changesSomething = !READING.contains(exchange.getRequest().getMethod());
        return switch (requests.arrive(caller.address(), changesSomething)) {
            case Verdict.Refused refused -> {
                meters.refused(refused.limit());
                yield refusals.answer(exchange, Refusal.of(refused, caller.address()));
            }
            case Verdict.Admitted admitted ->
                chain.filter(exchange).doFinally(_ -> admitted.place().giveBackUnlessKept());
        };
    }
}

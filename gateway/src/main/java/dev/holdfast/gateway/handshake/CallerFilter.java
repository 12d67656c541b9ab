package dev.holdfast.gateway.handshake;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/// Finds out who is calling over HTTP, first of all.
final class CallerFilter implements GlobalFilter, Ordered {
    private final Callers callers;
    private final TrustedProxies trusted;
    private final Refusals refusals;

    CallerFilter(Callers callers, TrustedProxies trusted, Refusals refusals) {
        this.callers = callers;
        this.trusted = trusted;
        this.refusals = refusals;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        HttpServerRequest request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
        if (!(request.connectionRemoteAddress() instanceof InetSocketAddress socket)) {
            // Gone already
            return Mono.empty();
        }
        InetAddress peer = IpAddress.plain(socket.getAddress());
        return switch (callers.find(new Peer(peer, trusted.contain(peer)), request.requestHeaders())) {
            case Caller caller -> {
                caller.rememberIn(exchange);
                yield chain.filter(exchange);
            }
            case Refusal refusal -> refusals.answer(exchange, refusal);
        };
    }
}

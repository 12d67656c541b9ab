package dev.holdfast.gateway.handshake;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Finds out who is calling, first of all. A header is believed only if the socket's peer is a trusted proxy, and
/// only if it holds one address: which entry of a list is the client's nobody can tell by counting.
///
/// A trusted proxy that sends no such header calls for itself. One whose header makes no sense is set up wrongly, and
/// refused: to take its own address instead would make all its clients share one.
final class Callers implements GlobalFilter, Ordered {
    private static final String UNREADABLE = "bad_client_address";
    private static final int LONGEST_SHOWN = 200;

    private final TrustedProxies trusted;
    private final String header;
    private final Refusals refusals;
    private final HandshakeMeters handshakes;
    private final Counter fromPeer;
    private final Counter fromHeader;
    private final Counter unreadable;

    Callers(
            TrustedProxies trusted,
            ClientAddressProperties properties,
            Refusals refusals,
            HandshakeMeters handshakes,
            MeterRegistry registry) {
        this.trusted = trusted;
        header = properties.addressHeader();
        this.refusals = refusals;
        this.handshakes = handshakes;
        fromPeer = counter(registry, "peer");
        fromHeader = counter(registry, "header");
        unreadable = counter(registry, "unreadable");
    }

    private static Counter counter(MeterRegistry registry, String from) {
        return Counter.builder("holdfast.client.addresses")
                .description("Requests by where the client's address was taken from; unreadable ones are refused")
                .tag("from", from)
                .register(registry);
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        InetAddress peer = peerOf(request);
        boolean isTrusted = peer != null && trusted.contain(peer);
        List<String> named = isTrusted ? request.getHeaders().getOrEmpty(header) : List.of();
        if (named.isEmpty()) {
            fromPeer.increment();
            remember(exchange, peer == null ? "unknown" : peer.getHostAddress(), isTrusted);
            return chain.filter(exchange);
        }
        Optional<InetAddress> client =
                named.size() == 1 ? IpAddress.read(named.getFirst().strip()) : Optional.empty();
        if (client.isEmpty()) {
            return refuse(exchange, String.join(", ", named));
        }
        fromHeader.increment();
        remember(exchange, client.get().getHostAddress(), true);
        return chain.filter(exchange);
    }

    private void remember(ServerWebExchange exchange, String address, boolean isTrusted) {
        ServerHttpRequest request = exchange.getRequest();
        String scheme = request.getSslInfo() == null ? "http" : "https";
        List<String> said = isTrusted ? request.getHeaders().getOrEmpty(ForwardedHeaders.PROTO) : List.of();
        if (said.equals(List.of("https"))) {
            scheme = "https";
        }
        new Caller(address, scheme, Caller.hostOf(request.getHeaders()), header).rememberIn(exchange);
    }

    private Mono<Void> refuse(ServerWebExchange exchange, String value) {
        unreadable.increment();
        Route route = exchange.getRequiredAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
        if (UpgradeFilter.ROUTE.equals(route.getId())) {
            handshakes.ended(UNREADABLE);
        }
        String shown = value.length() > LONGEST_SHOWN ? value.substring(0, LONGEST_SHOWN) + "…" : value;
        return refusals.answer(
                exchange,
                Refusal.of(
                        HttpStatus.BAD_REQUEST,
                        UNREADABLE,
                        "%s is \"%s\", not one IP address; let CLIENT_ADDRESS_HEADER name a header in which the proxy puts the client's address alone."
                                .formatted(header, shown)));
    }

    private static @Nullable InetAddress peerOf(ServerHttpRequest request) {
        InetSocketAddress peer = request.getRemoteAddress();
        return peer == null || peer.getAddress() == null ? null : IpAddress.plain(peer.getAddress());
    }
}

package dev.holdfast.gateway.handshake;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// Stands before the management port, on whose network there may be a browser: refuses what only the page of another
/// site asks for. Such a page says its Origin or, where its own name was made to lead here (DNS rebinding) and it only
/// reads, that name as the Host.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
class ManagementGate implements WebFilter {
    private static final String MANAGEMENT = "management";

    /// Ends of names that nobody can register: RFC 6762, RFC 6761, ICANN's for private networks, Kubernetes' short one.
    private static final Set<String> PRIVATE = Set.of("local", "localhost", "internal", "svc");

    private final Refusals refusals;

    ManagementGate(Refusals refusals) {
        this.refusals = refusals;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!guards(exchange)) {
            return chain.filter(exchange);
        }
        HttpHeaders headers = exchange.getRequest().getHeaders();
        String origin = headers.getFirst(HttpHeaders.ORIGIN);
        if (origin != null) {
            return refusals.answer(
                    exchange,
                    Refusal.of(
                            HttpStatus.FORBIDDEN,
                            "origin_refused",
                            "Origin %s may not ask the management port, and no other page may; ask without an Origin."
                                    .formatted(Refusal.shown(origin))));
        }
        String host = headers.getFirst(HttpHeaders.HOST);
        if (!mayBeAskedAs(host)) {
            return refusals.answer(
                    exchange,
                    Refusal.of(
                            HttpStatus.FORBIDDEN,
                            "host_refused",
                            "Host %s could be a name of another site's; ask for an IP address, a name without dots, or one that ends in .internal or .local."
                                    .formatted(Refusal.shown(String.valueOf(host)))));
        }
        return chain.filter(exchange);
    }

    /// Whether this was asked of the management port.
    static boolean guards(ServerWebExchange exchange) {
        return WebServerApplicationContext.hasServerNamespace(exchange.getApplicationContext(), MANAGEMENT);
    }

    /// Whether no stranger can have made this name lead here: an IP address, a name without dots, or a private one.
    ///
    /// @param host as in the header, with or without a port; a browser never leaves it out
    static boolean mayBeAskedAs(@Nullable String host) {
        if (host == null || host.startsWith("[")) {
            return true;
        }
        int colon = host.indexOf(':');
        String name = colon < 0 ? host : host.substring(0, colon);
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        int dot = name.lastIndexOf('.');
        String last = name.substring(dot + 1).toLowerCase(Locale.ROOT);
        boolean isAddress = !last.isEmpty() && last.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        return dot < 0 || isAddress || PRIVATE.contains(last);
    }
}

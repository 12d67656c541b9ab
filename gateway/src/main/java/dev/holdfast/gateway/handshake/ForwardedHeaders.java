package dev.holdfast.gateway.handshake;

import dev.holdfast.gateway.link.LinkHeaders;
import java.util.Locale;
import java.util.Set;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/// Tells the backend who is calling. Whatever a client says about that is dropped; what the gateway knows is set
/// afresh, last, so that no `Connection` header can name it away.
final class ForwardedHeaders implements HttpHeadersFilter, Ordered {
    static final String FOR = "X-Forwarded-For";
    static final String PROTO = "X-Forwarded-Proto";
    static final String HOST = "X-Forwarded-Host";

    /// Of where a request comes from, and of the trace that it belongs to: a stranger does not decide what is recorded.
    private static final Set<String> CLAIMS = Set.of(
            "forwarded",
            "x-real-ip",
            "x-client-ip",
            "true-client-ip",
            "cf-connecting-ip",
            "fly-client-ip",
            "traceparent",
            "tracestate",
            "baggage");

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    /// Whether only the gateway may say this to the backend.
    ///
    /// @param name in lower case
    static boolean isOurs(String name) {
        return CLAIMS.contains(name)
                || name.startsWith("x-forwarded-")
                || name.startsWith("x-railway-")
                || isLink(name);
    }

    /// Whether this belongs to the link between gateway and backend.
    ///
    /// @param name in lower case
    static boolean isLink(String name) {
        return name.startsWith(LinkHeaders.PREFIX);
    }

    @Override
    public HttpHeaders filter(HttpHeaders input, ServerWebExchange exchange) {
        Caller caller = Caller.of(exchange);
        HttpHeaders headers = new HttpHeaders();
        input.forEach((name, values) -> {
            if (!isOurs(name.toLowerCase(Locale.ROOT))) {
                headers.addAll(name, values);
            }
        });
        headers.remove(caller.addressHeader());
        headers.set(FOR, caller.address());
        headers.set(PROTO, caller.scheme());
        headers.set(HOST, caller.host());
        return headers;
    }
}

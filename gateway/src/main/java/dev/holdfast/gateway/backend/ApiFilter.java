package dev.holdfast.gateway.backend;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;

import io.github.resilience4j.reactor.bulkhead.operator.BulkheadOperator;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import io.github.resilience4j.reactor.retry.RetryOperator;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.UriUtils;
import reactor.core.publisher.Mono;

/// Guards a proxied HTTP call as [BackendDialer] guards a dial. Stands last before the call itself, so that it sees
/// the backend's status before any of it has gone to the client.
final class ApiFilter implements GlobalFilter, Ordered {
    /// Methods a second try cannot do twice (RFC 9110, section 9.2.2), without a body that would have to be sent
    /// again.
    private static final Set<HttpMethod> REPEATABLE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private static final Pattern AMBIGUOUS =
            Pattern.compile("(^|[/\\\\])\\.{1,2}([/\\\\]|$)|//|[;\\\\\\x00-\\x1F\\x7F]");

    private final BackendProperties backend;
    private final Circuit circuit;

    ApiFilter(BackendProperties backend, Circuit circuit) {
        this.backend = backend;
        this.circuit = circuit;
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE - 1;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        if (isAmbiguous(exchange.getRequest().getURI().getRawPath())) {
            return Mono.error(new ResponseStatusException(HttpStatus.BAD_REQUEST));
        }
        exchange.getAttributes().put(GATEWAY_REQUEST_URL_ATTR, target(exchange.getRequest()));
        Mono<HttpStatusCode> call = Mono.defer(() -> {
                    ServerWebExchangeUtils.reset(exchange);
                    ServerWebExchangeUtils.removeAlreadyRouted(exchange);
                    return chain.filter(exchange).then(Mono.fromSupplier(() -> statusOf(exchange)));
                })
                .timeout(backend.handshakeTimeout())
                .transformDeferred(CircuitBreakerOperator.of(circuit.breaker()));
        Mono<HttpStatusCode> tried =
                isRepeatable(exchange.getRequest()) ? call.transformDeferred(RetryOperator.of(circuit.retry())) : call;
        return tried.transformDeferred(BulkheadOperator.of(circuit.bulkhead())).then();
    }

    /// Whether the backend may read another path in this than the route did: with `.` or `..`, an empty segment, a
    /// path parameter or a control character in it, plainly or encoded once or twice.
    private static boolean isAmbiguous(String path) {
        String decoded = path;
        for (int times = 0; times < 3; times++) {
            if (AMBIGUOUS.matcher(decoded).find()) {
                return true;
            }
            decoded = UriUtils.decode(decoded.replaceAll("%(?![0-9A-Fa-f]{2})", "%25"), StandardCharsets.ISO_8859_1);
        }
        return false;
    }

    /// Path and query exactly as sent. What the route made of them has its parameters sorted by name.
    private URI target(ServerHttpRequest request) {
        String query = request.getURI().getRawQuery();
        return URI.create(
                "http://" + backend.authority() + request.getURI().getRawPath() + (query == null ? "" : "?" + query));
    }

    private static boolean isRepeatable(ServerHttpRequest request) {
        boolean hasBody = request.getHeaders().getContentLength() > 0
                || request.getHeaders().containsHeader(HttpHeaders.TRANSFER_ENCODING);
        return !hasBody && REPEATABLE.contains(request.getMethod());
    }

    private static HttpStatusCode statusOf(ServerWebExchange exchange) {
        HttpStatusCode status = exchange.getResponse().getStatusCode();
        return status == null ? HttpStatus.OK : status;
    }
}

package dev.holdfast.gateway.backend;

import io.github.resilience4j.reactor.bulkhead.operator.BulkheadOperator;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import io.github.resilience4j.reactor.retry.RetryOperator;
import java.time.Duration;
import java.util.Set;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Guards a proxied HTTP call as [BackendDialer] guards a dial. Stands last before the call itself, so that it sees
/// the backend's status before any of it has gone to the client.
final class ApiFilter implements GlobalFilter, Ordered {
    /// Methods a second try cannot do twice (RFC 9110, section 9.2.2), without a body that would have to be sent
    /// again.
    private static final Set<HttpMethod> REPEATABLE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final Circuit circuit;
    private final Duration timeout;

    /// @param timeout for the head of an answer
    ApiFilter(Circuit circuit, Duration timeout) {
        this.circuit = circuit;
        this.timeout = timeout;
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE - 1;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        Mono<HttpStatusCode> call = Mono.defer(() -> {
                    ServerWebExchangeUtils.reset(exchange);
                    ServerWebExchangeUtils.removeAlreadyRouted(exchange);
                    return chain.filter(exchange).then(Mono.fromSupplier(() -> statusOf(exchange)));
                })
                .timeout(timeout)
                .transformDeferred(CircuitBreakerOperator.of(circuit.breaker()));
        Mono<HttpStatusCode> tried = REPEATABLE.contains(exchange.getRequest().getMethod())
                ? call.transformDeferred(RetryOperator.of(circuit.retry()))
                : call;
        return tried.transformDeferred(BulkheadOperator.of(circuit.bulkhead())).then();
    }

    private static HttpStatusCode statusOf(ServerWebExchange exchange) {
        HttpStatusCode status = exchange.getResponse().getStatusCode();
        return status == null ? HttpStatus.OK : status;
    }
}

package dev.holdfast.gateway.handshake;

import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/// Writes refusals, those decided and those that failures become, always as
/// `{"status":403,"error":"origin_refused","message":"…"}`.
@Component
@Order(-2) // before Boot's own handler
class Refusals implements ErrorWebExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    private final JsonMapper json;

    Refusals(JsonMapper json) {
        this.json = json;
    }

    Mono<Void> answer(ServerWebExchange exchange, Refusal refusal) {
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(refusal.status());
        refusal.headers().forEach(response.getHeaders()::set);
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        // A browser is to take it for nothing else, and a cache is not to repeat it
        response.getHeaders().set("X-Content-Type-Options", "nosniff");
        response.getHeaders().setCacheControl("no-store");
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", refusal.status().value());
        body.put("error", refusal.error());
        body.put("message", refusal.message());
        byte[] bytes = json.writeValueAsBytes(body);
        response.getHeaders().setContentLength(bytes.length);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(bytes)));
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        if (exchange.getResponse().isCommitted()) {
            return Mono.error(failure);
        }
        String path = exchange.getRequest().getURI().getRawPath();
        Refusal refusal = Refusal.of(failure, path);
        if ("internal".equals(refusal.error())) {
            LOG.error("{} {} failed", exchange.getRequest().getMethod(), path, failure);
        } else {
            LOG.debug("{} {}: {} ({})", exchange.getRequest().getMethod(), path, refusal.error(), failure.toString());
        }
        return answer(exchange, refusal);
    }
}

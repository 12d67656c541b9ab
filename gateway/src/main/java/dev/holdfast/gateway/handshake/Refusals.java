package dev.holdfast.gateway.handshake;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import tools.jackson.databind.json.JsonMapper;

/// Writes refusals, those decided and those that failures become, always as
/// `{"status":403,"error":"origin_refused","message":"…"}`.
@Component
@Order(-2) // before Boot's own handler
class Refusals implements ErrorWebExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final JsonMapper JSON = JsonMapper.shared();

    Mono<Void> answer(ServerWebExchange exchange, Refusal refusal) {
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(refusal.status());
        byte[] body = body(refusal);
        headers(refusal, body).forEach(response.getHeaders()::set);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }

    /// The same answer to a request that the HTTP server has not seen.
    FullHttpResponse response(Refusal refusal) {
        byte[] body = body(refusal);
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(refusal.status().value()),
                Unpooled.wrappedBuffer(body));
        headers(refusal, body).forEach(response.headers()::set);
        return response;
    }

    /// The same answer as text, for a connection that is closed behind it.
    String last(Refusal refusal) {
        byte[] body = body(refusal);
        StringBuilder head =
                new StringBuilder("HTTP/1.1 ").append(refusal.status().value());
        head.append(' ').append(refusal.status().getReasonPhrase()).append("\r\n");
        headers(refusal, body)
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Connection: close\r\n\r\n");
        return head + new String(body, StandardCharsets.UTF_8);
    }

    private static Map<String, String> headers(Refusal refusal, byte[] body) {
        Map<String, String> headers = new LinkedHashMap<>(refusal.headers());
        headers.putAll(SecurityHeaders.ALL);
        headers.put(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE);
        headers.put(HttpHeaders.CACHE_CONTROL, "no-store"); // a cache is not to repeat it
        headers.put(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length));
        return headers;
    }

    private byte[] body(Refusal refusal) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", refusal.status().value());
        body.put("error", refusal.error());
        body.put("message", refusal.message());
        return JSON.writeValueAsBytes(body);
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        if (exchange.getResponse().isCommitted()) {
            return Mono.error(failure);
        }
        String method = exchange.getRequest().getMethod().name();
        String path = exchange.getRequest().getURI().getRawPath();
        if (failure instanceof AbortedException) {
            LOG.debug("{} {}: the client left before its request was whole", method, path);
            return Mono.empty();
        }
        return answer(exchange, of(failure, method, path));
    }

    /// What a failure becomes. Logs it.
    Refusal of(Throwable failure, String method, String path) {
        Refusal refusal = Refusal.of(failure, path);
        if ("internal".equals(refusal.error())) {
            LOG.error("{} {} failed", method, path, failure);
        } else {
            LOG.debug("{} {}: {} ({})", method, path, refusal.error(), failure.toString());
        }
        return refusal;
    }
}

package dev.holdfast.gateway.handshake;

import java.util.Locale;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/// Which pages may read an answer is the gateway's to say: what the backend says of it is dropped.
final class OwnCors implements HttpHeadersFilter {
    private static final String CORS = "access-control-";

    @Override
    public boolean supports(Type type) {
        return type == Type.RESPONSE;
    }

    @Override
    public HttpHeaders filter(HttpHeaders input, ServerWebExchange exchange) {
        HttpHeaders headers = new HttpHeaders();
        input.forEach((name, values) -> {
            if (!name.toLowerCase(Locale.ROOT).startsWith(CORS)) {
                headers.addAll(name, values);
            }
        });
        return headers;
    }
}

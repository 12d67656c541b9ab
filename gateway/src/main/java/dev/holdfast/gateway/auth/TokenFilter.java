package dev.holdfast.gateway.auth;

import java.util.List;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/// Keeps a token that came with a call of `/api` from the backend, as that of an upgrade: it is for the gateway.
final class TokenFilter implements HttpHeadersFilter {
    private final AuthProperties properties;

    TokenFilter(AuthProperties properties) {
        this.properties = properties;
    }

    @Override
    public HttpHeaders filter(HttpHeaders input, ServerWebExchange exchange) {
        if (!properties.isOn()) {
            return input;
        }
        HttpHeaders headers = HttpHeaders.copyOf(input);
        headers.remove(HttpHeaders.AUTHORIZATION);
        headers.remove(HttpHeaders.COOKIE);
        Credentials.otherCookies(input.getOrDefault(HttpHeaders.COOKIE, List.of()), properties.cookie())
                .ifPresent(others -> headers.set(HttpHeaders.COOKIE, others));
        return headers;
    }
}

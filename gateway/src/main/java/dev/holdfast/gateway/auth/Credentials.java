package dev.holdfast.gateway.auth;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Where a request has its token or ticket, and what is left of the request without.
final class Credentials {
    private static final String BEARER = "Bearer ";
    private static final String TICKET = "ticket=";

    private Credentials() {}

    /// The token, from `Authorization` before the cookie.
    static Optional<String> token(HttpHeaders headers, String cookie) {
        return headers.getAll(HttpHeaderNames.AUTHORIZATION).stream()
                .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(value -> value.substring(BEARER.length()).strip())
                .findFirst()
                .or(() -> cookies(headers.getAll(HttpHeaderNames.COOKIE))
                        .filter(isNamed(cookie))
                        .map(pair -> pair.substring(cookie.length() + 1).replace("\"", ""))
                        .findFirst());
    }

    static Optional<String> ticket(String target) {
        return parameters(target)
                .filter(parameter -> parameter.startsWith(TICKET))
                .map(parameter -> parameter.substring(TICKET.length()))
                .findFirst();
    }

    static String withoutTicket(String target) {
        int query = target.indexOf('?');
        if (query < 0) {
            return target;
        }
        String kept = parameters(target)
                .filter(parameter -> !parameter.startsWith(TICKET))
                .collect(Collectors.joining("&"));
        return target.substring(0, query) + (kept.isEmpty() ? "" : "?" + kept);
    }

    static HttpHeaders withoutToken(HttpHeaders headers, String cookie) {
        HttpHeaders kept = new DefaultHttpHeaders().set(headers);
        kept.remove(HttpHeaderNames.AUTHORIZATION);
        kept.remove(HttpHeaderNames.COOKIE);
        otherCookies(headers.getAll(HttpHeaderNames.COOKIE), cookie)
                .ifPresent(others -> kept.set(HttpHeaderNames.COOKIE, others));
        return kept;
    }

    /// What is left of `Cookie` without the one that holds the token; empty if nothing is.
    static Optional<String> otherCookies(List<String> lines, String cookie) {
        return cookies(lines).filter(isNamed(cookie).negate()).reduce((one, next) -> one + "; " + next);
    }

    private static Predicate<String> isNamed(String cookie) {
        return pair -> !cookie.isEmpty() && pair.startsWith(cookie + "=");
    }

    private static Stream<String> cookies(List<String> lines) {
        return lines.stream().flatMap(line -> Arrays.stream(line.split(";"))).map(String::strip);
    }

    private static Stream<String> parameters(String target) {
        int query = target.indexOf('?');
        return query < 0
                ? Stream.empty()
                : Arrays.stream(target.substring(query + 1).split("&"));
    }
}

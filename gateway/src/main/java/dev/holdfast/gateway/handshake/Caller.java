package dev.holdfast.gateway.handshake;

import org.springframework.web.server.ServerWebExchange;

/// Who is calling, as [Callers] found out; over HTTP it stands in the exchange's attributes from then on.
///
/// @param address the client's IP address
/// @param scheme `http` or `https`, as the client sees it
/// @param host the authority that the client asked for
/// @param addressHeader the header that names the address, not for the backend; empty if there is none
record Caller(String address, String scheme, String host, String addressHeader) implements Callers.Found {
    private static final String ATTRIBUTE = Caller.class.getName();

    void rememberIn(ServerWebExchange exchange) {
        exchange.getAttributes().put(ATTRIBUTE, this);
    }

    static Caller of(ServerWebExchange exchange) {
        return exchange.getRequiredAttribute(ATTRIBUTE);
    }
}

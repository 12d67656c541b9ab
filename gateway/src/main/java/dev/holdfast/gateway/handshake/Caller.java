package dev.holdfast.gateway.handshake;

import java.net.InetSocketAddress;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/// Who is calling, as far as the gateway itself can tell.
final class Caller {
    private Caller() {}

    /// The socket peer's IP address.
    static String address(ServerHttpRequest request) {
        InetSocketAddress peer = request.getRemoteAddress();
        return peer == null || peer.getAddress() == null
                ? "unknown"
                : peer.getAddress().getHostAddress();
    }

    static String scheme(ServerHttpRequest request) {
        return request.getSslInfo() == null ? "http" : "https";
    }

    static String host(ServerHttpRequest request) {
        String host = request.getHeaders().getFirst(HttpHeaders.HOST);
        return host == null ? "" : host;
    }
}

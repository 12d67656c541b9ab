package dev.holdfast.gateway.handshake;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Which headers of a handshake go on to the other side: all but those that speak of this connection only
/// (RFC 9110, section 7.6.1) and those that each side must be told by us.
final class HopByHop {
    private static final Set<String> CONNECTION = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "content-length",
            "upgrade");

    private HopByHop() {}

    /// The headers of an upgrade for the backend: what the client said of itself, without an offer of extensions (a
    /// compressed stream could not move to another backend leg), without anything that claims to come from a proxy.
    static DefaultHttpHeaders toBackend(HttpHeaders request) {
        DefaultHttpHeaders headers = endToEnd(request);
        headers.remove(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS);
        headers.remove(HttpHeaderNames.HOST);
        for (String name : Set.copyOf(headers.names())) {
            if (ForwardedHeaders.isOurs(name)) {
                headers.remove(name);
            }
        }
        return headers;
    }

    /// The headers of the backend's answer for the client.
    static DefaultHttpHeaders toClient(HttpHeaders answer) {
        DefaultHttpHeaders headers = endToEnd(answer);
        headers.remove(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT);
        headers.remove(HttpHeaderNames.SERVER);
        for (String name : Set.copyOf(headers.names())) {
            if (ForwardedHeaders.isLink(name)) {
                headers.remove(name);
            }
        }
        return headers;
    }

    private static DefaultHttpHeaders endToEnd(HttpHeaders all) {
        Set<String> dropped = new HashSet<>(CONNECTION);
        for (String options : all.getAll(HttpHeaderNames.CONNECTION)) {
            Arrays.stream(options.split(","))
                    .map(option -> option.strip().toLowerCase(Locale.ROOT))
                    .filter(option -> !option.startsWith("sec-websocket-"))
                    .forEach(dropped::add);
        }
        DefaultHttpHeaders kept = new DefaultHttpHeaders();
        for (Map.Entry<String, String> header : all) {
            if (!dropped.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                kept.add(header.getKey(), header.getValue());
            }
        }
        return kept;
    }
}

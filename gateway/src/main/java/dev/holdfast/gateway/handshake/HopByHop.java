package dev.holdfast.gateway.handshake;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

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
    ///
    /// @param to is given each name and value
    static void toBackend(HttpHeaders request, BiConsumer<String, String> to) {
        endToEnd(
                request,
                name -> name.equals("sec-websocket-extensions") || name.equals("host") || ForwardedHeaders.isOurs(name),
                to);
    }

    /// The headers of the backend's answer for the client.
    ///
    /// @param to is given each name and value
    static void toClient(HttpHeaders answer, BiConsumer<String, String> to) {
        endToEnd(
                answer,
                name -> name.equals("sec-websocket-accept") || name.equals("server") || ForwardedHeaders.isLink(name),
                to);
    }

    /// @param isDropped is given names in lower case
    private static void endToEnd(HttpHeaders all, Predicate<String> isDropped, BiConsumer<String, String> to) {
        Set<String> options = optionsOf(all);
        for (Map.Entry<String, String> header : all) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!CONNECTION.contains(name) && !options.contains(name) && !isDropped.test(name)) {
                to.accept(header.getKey(), header.getValue());
            }
        }
    }

    /// Which headers `Connection` names beside those of [#CONNECTION].
    private static Set<String> optionsOf(HttpHeaders all) {
        Set<String> options = Set.of();
        for (String value : all.getAll(HttpHeaderNames.CONNECTION)) {
            for (String each : value.toLowerCase(Locale.ROOT).split(",", -1)) {
                String option = each.strip();
                if (!CONNECTION.contains(option) && !option.startsWith("sec-websocket-")) {
                    options = options.isEmpty() ? new HashSet<>() : options;
                    options.add(option);
                }
            }
        }
        return options;
    }
}

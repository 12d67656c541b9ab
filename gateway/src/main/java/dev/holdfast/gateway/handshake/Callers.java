package dev.holdfast.gateway.handshake;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatus;

/// Finds out who is calling. A header is believed only if the connection's peer is a trusted proxy, and only if it
/// holds one address: which entry of a list is the client's nobody can tell by counting.
///
/// A trusted proxy that sends no such header calls for itself. One whose header makes no sense is set up wrongly, and
/// refused: to take its own address instead would make all its clients share one.
final class Callers {
    private final String header;
    private final Counter fromPeer;
    private final Counter fromHeader;
    private final Counter unreadable;

    /// Somebody, or why nobody can tell.
    sealed interface Found permits Caller, Refusal {}

    Callers(ClientAddressProperties properties, MeterRegistry registry) {
        header = properties.addressHeader();
        fromPeer = counter(registry, "peer");
        fromHeader = counter(registry, "header");
        unreadable = counter(registry, "unreadable");
    }

    private static Counter counter(MeterRegistry registry, String from) {
        return Counter.builder("holdfast.client.addresses")
                .description("Requests by where the client's address was taken from; unreadable ones are refused")
                .tag("from", from)
                .register(registry);
    }

    /// Counts it.
    Found find(Peer peer, HttpHeaders headers) {
        List<String> named = named(peer, headers);
        if (named.isEmpty()) {
            fromPeer.increment();
            return caller(peer.address(), peer, headers);
        }
        Optional<InetAddress> client = only(named);
        if (client.isEmpty()) {
            unreadable.increment();
            return refusal(String.join(", ", named));
        }
        fromHeader.increment();
        return caller(client.get(), peer, headers);
    }

    /// Whose request was turned away, as far as it was read: the peer's address if it does not say another. Counts
    /// nothing.
    String addressOf(Peer peer, HttpHeaders headers) {
        return only(named(peer, headers)).orElse(peer.address()).getHostAddress();
    }

    private List<String> named(Peer peer, HttpHeaders headers) {
        return peer.isTrusted() && !header.isEmpty() ? headers.getAll(header) : List.of();
    }

    private static Optional<InetAddress> only(List<String> named) {
        return named.size() == 1 ? IpAddress.read(named.getFirst().strip()) : Optional.empty();
    }

    private Caller caller(InetAddress address, Peer peer, HttpHeaders headers) {
        boolean isSecure =
                peer.isTrusted() && headers.getAll(ForwardedHeaders.PROTO).equals(List.of("https"));
        return new Caller(
                address.getHostAddress(), isSecure ? "https" : "http", headers.get(HttpHeaderNames.HOST, ""), header);
    }

    private Refusal refusal(String value) {
        return Refusal.of(
                HttpStatus.BAD_REQUEST,
                "bad_client_address",
                "%s is \"%s\", not one IP address; let CLIENT_ADDRESS_HEADER name a header in which the proxy puts the client's address alone."
                        .formatted(header, Refusal.shown(value)));
    }
}

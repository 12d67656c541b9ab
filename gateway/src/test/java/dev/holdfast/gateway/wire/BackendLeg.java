package dev.holdfast.gateway.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The backend's end of one connection from the gateway.
final class BackendLeg extends RawLeg {
    private final String address;
    private final @Nullable Head request;

    private BackendLeg(Socket socket) throws IOException {
        super(socket, false);
        address = NetUtil.toSocketAddressString((InetSocketAddress) socket.getLocalSocketAddress());
        request = hasMore() ? nextHead() : null;
    }

    /// Reads the head of the first request; empty if the connection ends without one, as the one by which the gateway
    /// sees that the backend is there.
    static Optional<BackendLeg> over(Socket socket) throws IOException {
        return Optional.of(new BackendLeg(socket)).filter(leg -> leg.request != null);
    }

    /// Where the gateway reached it, with the port.
    String address() {
        return address;
    }

    /// The handshake as it arrived.
    Head request() {
        return Objects.requireNonNull(request);
    }

    /// Accepts the handshake; the lines are further headers, for example `Sec-WebSocket-Protocol: b`.
    BackendLeg upgrade(String... lines) {
        write(upgradeBytes(lines));
        return this;
    }

    byte[] upgradeBytes(String... lines) {
        List<String> head = new ArrayList<>(List.of(
                "HTTP/1.1 101 Switching Protocols",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Accept: " + Handshake.accept(request().field("Sec-WebSocket-Key"))));
        head.addAll(List.of(lines));
        return (String.join("\r\n", head) + "\r\n\r\n").getBytes(UTF_8);
    }

    /// Answers with another status; the lines are further headers.
    void refuse(int status, String body, String... lines) {
        List<String> head = new ArrayList<>(List.of(
                "HTTP/1.1 %d Refused".formatted(status),
                "Content-Type: text/plain",
                "Content-Length: %d".formatted(body.getBytes(UTF_8).length)));
        head.addAll(List.of(lines));
        write(String.join("\r\n", head) + "\r\n\r\n" + body);
    }
}

package dev.holdfast.gateway.handshake;

import dev.holdfast.gateway.limits.Limit;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import reactor.netty.http.HttpConnectionLiveness;
import reactor.netty.http.IdleTimeoutHandler;

/// What a [ClientGate] asks of a request before the HTTP server sees it, and what it answers otherwise.
final class GateRules {
    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    /// That is shown. A longer one may be the end of a body whose length was wrong, with a token in it.
    private static final int LONGEST_METHOD = 20;

    private final HttpDecoderConfig decoding;
    private final Duration requestTime;
    private final Duration idleTime;
    private final Refusals refusals;
    private final Consumer<Limit> refused;
    private final Map<Limit, LastAnswer> reached = new EnumMap<>(Limit.class);
    private final LastAnswer folded;
    private final LastAnswer noPath;
    private final LastAnswer draft;
    private final LastAnswer malformed;
    private final LastAnswer longLine;
    private final LastAnswer longHead;

    /// A refusal behind which the connection ends.
    record LastAnswer(Refusal refusal, String text) {}

    /// @param longestHead bytes of a request's headers
    /// @param requestTime from the first byte of a request to the last, and from the start of a connection to
    ///     the end of its first one
    /// @param idleTime that the HTTP server gives a connection between two requests
    /// @param refused told of each limit that was reached
    GateRules(int longestHead, Duration requestTime, Duration idleTime, Refusals refusals, Consumer<Limit> refused) {
        decoding = new HttpDecoderConfig().setMaxHeaderSize(longestHead);
        this.requestTime = requestTime;
        this.idleTime = idleTime;
        this.refusals = refusals;
        this.refused = refused;
        for (Limit limit : Limit.values()) {
            reached.put(limit, last(Refusal.of(limit, "your address")));
        }
        folded = last(badRequest(
                "folded_header", "A line of the request's head begins with a space; write each header on one line."));
        noPath = last(badRequest(
                "bad_target", "The request's target is no path; ask for /ws/{gameId}/{playerId} or below /api/."));
        draft = last(
                badRequest(
                        "bad_handshake",
                        "Sec-WebSocket-Key1 and Sec-WebSocket-Key2 belong to no request of today; send Sec-WebSocket-Key (RFC 6455)."));
        malformed = last(badRequest("bad_request", "The request's head is not one of HTTP/1.1."));
        longLine = last(Refusal.of(
                HttpStatus.URI_TOO_LONG, "bad_request", "The request's first line is too long; shorten the target."));
        longHead = last(Refusal.of(
                HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                "bad_request",
                "The request's headers are too large; send fewer cookies, or shorter ones."));
    }

    private LastAnswer last(Refusal refusal) {
        return new LastAnswer(refusal, refusals.last(refusal));
    }

    private static Refusal badRequest(String error, String message) {
        return Refusal.of(HttpStatus.BAD_REQUEST, error, message);
    }

    HttpDecoderConfig decoding() {
        return decoding;
    }

    long requestNanos() {
        return requestTime.toNanos();
    }

    /// As the HTTP server does behind an answer of its own.
    void mayIdleAgain(ChannelPipeline pipeline) {
        IdleTimeoutHandler.addIdleTimeoutHandler(pipeline, idleTime, HttpConnectionLiveness.CLOSE);
    }

    /// Counts it.
    LastAnswer reached(Limit limit) {
        refused.accept(limit);
        return Objects.requireNonNull(reached.get(limit));
    }

    /// RFC 9112, section 5.2: a folded header may be refused, and one behind the request line must not be believed
    /// (section 2.2).
    LastAnswer folded() {
        return folded;
    }

    /// Why a request is not even the HTTP server's, or null if it is.
    @Nullable
    LastAnswer refusalOf(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            // What the decoder says of it may quote the request
            return switch (request.decoderResult().cause()) {
                case TooLongHttpLineException _ -> longLine;
                case TooLongHttpHeaderException _ -> longHead;
                default -> malformed;
            };
        }
        // Absolute-form, authority-form and asterisk-form (RFC 9112, section 3.2): nobody's gateway is a forward proxy
        if (!request.uri().startsWith("/")) {
            return noPath;
        }
        if (isOfDraft(request.headers())) {
            return draft;
        }
        return METHODS.contains(request.method().name()) ? null : unknown(request.method());
    }

    /// Whether this is a handshake of before the standard (draft-hixie-thewebsocketprotocol-76). Netty reads a body
    /// of 8 bytes behind such a GET, of which nobody else on the way knows: the next request would begin in it.
    private static boolean isOfDraft(HttpHeaders headers) {
        return headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY1)
                || headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY2);
    }

    /// RFC 9110, section 9.1: a method that is known nowhere is not implemented, rather than not allowed here. It is of
    /// no use to the backend, and a name that a client made up would be kept: in a label, or wherever else somebody
    /// counts by methods.
    private LastAnswer unknown(HttpMethod method) {
        String name = method.name();
        return last(Refusal.of(
                HttpStatus.NOT_IMPLEMENTED,
                "unknown_method",
                "%s is not served at any address; use one of %s."
                        .formatted(
                                name.length() > LONGEST_METHOD ? name.substring(0, LONGEST_METHOD) + "…" : name,
                                String.join(", ", METHODS))));
    }
}

package dev.holdfast.gateway.handshake;

import dev.holdfast.gateway.backend.WebSocketKey;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/// What a client asks for with `GET /ws/{gameId}/{playerId}`, and whether it may be asked at all.
///
/// @param http the request as it came
/// @param game and player as in the path, decoded
record UpgradeRequest(HttpRequest http, String game, String player) {
    private static final int LONGEST_ID = 64;
    private static final String VERSION = "13";

    HttpHeaders headers() {
        return http.headers();
    }

    /// Empty if there is none.
    String origin() {
        return headers().get(HttpHeaderNames.ORIGIN, "");
    }

    String key() {
        return headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY, "");
    }

    /// The first reason to refuse, or null. Nothing has been asked of the backend yet.
    @Nullable
    Refusal refusal(Predicate<String> allowedOrigin, boolean originMayBeMissing) {
        Refusal refusal = unlessUpgrade();
        if (refusal == null) {
            refusal = unlessTarget();
        }
        if (refusal == null) {
            refusal = unlessIds();
        }
        return refusal == null ? unlessOrigin(allowedOrigin, originMayBeMissing) : refusal;
    }

    /// RFC 6455, section 4.2.1.
    private @Nullable Refusal unlessUpgrade() {
        if (!HttpMethod.GET.equals(http.method())) {
            return new Refusal(
                    HttpStatus.METHOD_NOT_ALLOWED,
                    "bad_handshake",
                    "%s cannot open a WebSocket; use GET.".formatted(http.method()),
                    Map.of("Allow", "GET"));
        }
        boolean isUpgrade = headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
                && headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true);
        if (!isUpgrade || !HttpVersion.HTTP_1_1.equals(http.protocolVersion())) {
            return new Refusal(
                    HttpStatus.UPGRADE_REQUIRED,
                    "upgrade_required",
                    "This address speaks WebSocket over HTTP/1.1 only; connect with a WebSocket client.",
                    Map.of("Upgrade", "websocket"));
        }
        String version = headers().get(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "");
        if (!VERSION.equals(version)) {
            return new Refusal(
                    HttpStatus.UPGRADE_REQUIRED,
                    "bad_handshake",
                    "Sec-WebSocket-Version is \"%s\"; this gateway speaks version 13."
                            .formatted(Refusal.shown(version)),
                    Map.of("Sec-WebSocket-Version", VERSION));
        }
        if (headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY).size() != 1 || !WebSocketKey.isValid(key())) {
            return Refusal.of(
                    HttpStatus.BAD_REQUEST,
                    "bad_handshake",
                    "Sec-WebSocket-Key must be there once: 16 bytes in base64.");
        }
        if (headers().contains(HttpHeaderNames.TRANSFER_ENCODING)
                || !"0".equals(headers().get(HttpHeaderNames.CONTENT_LENGTH, "0"))) {
            return Refusal.of(HttpStatus.BAD_REQUEST, "bad_handshake", "A WebSocket handshake has no body; send none.");
        }
        return null;
    }

    /// RFC 3986, section 2: it goes to the backend as it came.
    private @Nullable Refusal unlessTarget() {
        return isVisibleAscii(http.uri())
                ? null
                : Refusal.of(
                        HttpStatus.BAD_REQUEST,
                        "bad_target",
                        "%s or its query holds a character that has to be percent-encoded."
                                .formatted(Refusal.shown(SessionPath.pathOf(http.uri()))));
    }

    private @Nullable Refusal unlessIds() {
        return isId(game) && isId(player)
                ? null
                : Refusal.of(
                        HttpStatus.BAD_REQUEST,
                        "bad_id",
                        "%s does not name a game and a player; ids have 1 to 64 letters, digits, - or _."
                                .formatted(Refusal.shown(SessionPath.pathOf(http.uri()))));
    }

    private static boolean isVisibleAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ' || text.charAt(i) >= 0x7F) {
                return false;
            }
        }
        return true;
    }

    private static boolean isId(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isAllowed =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
            if (!isAllowed) {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= LONGEST_ID;
    }

    private @Nullable Refusal unlessOrigin(Predicate<String> allowed, boolean mayBeMissing) {
        List<String> origins = headers().getAll(HttpHeaderNames.ORIGIN);
        boolean isAllowed = switch (origins.size()) {
            case 0 -> mayBeMissing;
            case 1 -> allowed.test(origins.getFirst());
            default -> false;
        };
        return isAllowed
                ? null
                : Refusal.of(
                        HttpStatus.FORBIDDEN,
                        "origin_refused",
                        origins.isEmpty()
                                ? "No Origin was sent; only browsers' pages of the allowed origins may connect (ALLOW_NO_ORIGIN admits other clients)."
                                : "Origin %s may not connect; add it to CORS_ORIGINS if it should."
                                        .formatted(Refusal.shown(String.join(", ", origins))));
    }
}

package dev.holdfast.gateway.handshake;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriUtils;

/// The address of a session, `/ws/{gameId}/{playerId}`, whatever stands for the two ids.
///
/// @param game and player decoded, if that can be done
record SessionPath(String game, String player) {
    private static final String ROOT = "/ws/";

    /// @param target path and query as sent
    /// @return null for any other address
    static @Nullable SessionPath of(String target) {
        if (!target.startsWith(ROOT)) {
            return null;
        }
        String path = pathOf(target);
        int between = path.indexOf('/', ROOT.length());
        boolean isTwoSegments =
                between > ROOT.length() && between < path.length() - 1 && path.indexOf('/', between + 1) < 0;
        return isTwoSegments
                ? new SessionPath(decoded(path.substring(ROOT.length(), between)), decoded(path.substring(between + 1)))
                : null;
    }

    static String pathOf(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    private static String decoded(String segment) {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        try {
            return UriUtils.decode(segment, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException isNone) {
            // Then it is no id either, and is refused as one
            return segment;
        }
    }
}

package dev.holdfast.gateway.relay;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Who plays in a session, from where, and for how long.
///
/// @param id names the session to the backend and to people; nobody can guess it
/// @param game and player as in the URL, decoded
/// @param clientAddress textual IP address
/// @param origin of the page as the browser said it, from outside; empty without one
/// @param traceparent names the span of the handshake (W3C Trace Context); null where nothing is recorded
/// @param mayLast until the client's token ends, counted from the start of the session; null without an end
public record SessionInfo(
        String id,
        String game,
        String player,
        String clientAddress,
        String origin,
        @Nullable String traceparent,
        @Nullable Duration mayLast) {}

package dev.holdfast.gateway.relay;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Who plays in a session, from where, and for how long.
///
/// @param game and player as in the URL, decoded
/// @param clientAddress textual IP address
/// @param mayLast until the client's token ends, counted from the start of the session; null without an end
public record SessionInfo(
        String game,
        String player,
        String clientAddress,
        @Nullable Duration mayLast) {}

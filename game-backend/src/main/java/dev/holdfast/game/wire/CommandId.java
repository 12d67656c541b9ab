package dev.holdfast.game.wire;

import dev.holdfast.game.rules.JsonObject;
import java.util.Optional;

/// What names a command, so that one that is sent again is applied once.
///
/// @param text unique per seat
/// @param seen the number of the last event that the client knew when it first sent the command
public record CommandId(String text, long seen) {
    private static final int MAX_LENGTH = 64;
    private static final String GATEWAY_PREFIX = "gw:";
    private static final long NOT_SAID = -1;
    private static final Problem UNSEEN = new Problem(
            ErrorCode.INVALID_TYPE,
            "\"$.seen\" must be the number of the last event that was known when the command was first sent.");

    /// Names a message that its client has not named by its place in a session that a gateway holds.
    public static CommandId ofGateway(String session, long number) {
        return new CommandId(GATEWAY_PREFIX + session + "." + number, Long.MAX_VALUE);
    }

    /// Reads `{"id":…,"seen":…}`. Throws [InvalidJson] if the id is none; for the rest see [#problem()].
    public static CommandId read(JsonObject meta) {
        String id = meta.text("id").orElse("");
        if (id.isEmpty() || id.length() > MAX_LENGTH || isGateways(id)) {
            throw new InvalidJson("\"$.id\" must be a string of 1 to 64 characters that does not begin with \"gw:\".");
        }
        return new CommandId(id, meta.whole("seen").orElse(NOT_SAID));
    }

    /// Why a command of this id cannot be taken. From the first one on: who does not say what was known would have each
    /// command refused as too old as soon as ids are forgotten, and not before.
    public Optional<Problem> problem() {
        return seen >= 0 ? Optional.empty() : Optional.of(UNSEEN);
    }

    /// Whether an id was made by [#ofGateway].
    public static boolean isGateways(String id) {
        return id.startsWith(GATEWAY_PREFIX);
    }

    /// For an id made by [#ofGateway], its session.
    public static Optional<String> gatewaySession(String id) {
        return isGateways(id)
                ? Optional.of(id.substring(GATEWAY_PREFIX.length(), id.lastIndexOf('.')))
                : Optional.empty();
    }

    /// For an id made by [#ofGateway], its number.
    public static long gatewayNumber(String id) {
        return Long.parseLong(id.substring(id.lastIndexOf('.') + 1));
    }
}

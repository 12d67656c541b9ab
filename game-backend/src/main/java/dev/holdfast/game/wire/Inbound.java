package dev.holdfast.game.wire;

import dev.holdfast.game.rules.Json;
import dev.holdfast.game.rules.JsonObject;

/// One text message of a client, understood.
public sealed interface Inbound {
    /// The key that belongs to the protocol in both directions.
    String RESERVED_KEY = "$";

    /// The prefix of types that belong to the protocol in both directions.
    String RESERVED_PREFIX = "sys.";

    record Ping() implements Inbound {}

    record Pong() implements Inbound {}

    /// A message for the rules, with the protocol's key taken out.
    record Command(JsonObject body) implements Inbound {}

    record Bad(Problem problem) implements Inbound {}

    static Inbound read(byte[] utf8) {
        JsonObject json;
        try {
            json = JsonText.readObject(utf8);
        } catch (InvalidJson invalid) {
            return new Bad(new Problem(ErrorCode.INVALID_JSON, invalid.sentence()));
        }
        if (json.field("type").isPresent() && !(json.field("type").orElseThrow() instanceof Json.Text)) {
            return new Bad(new Problem(ErrorCode.INVALID_TYPE, "\"type\" must be a string."));
        }
        return switch (json.type()) {
            case "ping" -> new Ping();
            case "pong" -> new Pong();
            case String type
            when type.startsWith(RESERVED_PREFIX) ->
                new Bad(new Problem(
                        ErrorCode.UNKNOWN_COMMAND,
                        "\"" + abbreviate(type) + "\" is no message of the protocol; game messages must not begin with"
                                + " \"sys.\"."));
            default -> new Command(json.without(RESERVED_KEY));
        };
    }

    private static String abbreviate(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}

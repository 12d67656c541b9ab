package dev.holdfast.game.wire;

import dev.holdfast.game.rules.Json;
import dev.holdfast.game.rules.JsonObject;
import java.util.Optional;

/// One text message of a client, understood (docs/protocol.md, sections 1, 2, 4 and 5).
public sealed interface Inbound {
    /// The key that belongs to the protocol in both directions.
    String RESERVED_KEY = "$";

    /// The prefix of types that belong to the protocol in both directions.
    String RESERVED_PREFIX = "sys.";

    record Ping() implements Inbound {}

    record Pong() implements Inbound {}

    /// @param version 0 if the client names none
    /// @param since a cursor as the client has it, not yet checked
    /// @param seat a seat token, not yet checked
    /// @param attempt which of the client's connections this is
    record Hello(int version, Optional<String> since, Optional<Attempt> attempt, Optional<String> seat)
            implements Inbound {}

    record Resume(Optional<String> since) implements Inbound {}

    record Leave() implements Inbound {}

    /// A message for the rules, with the protocol's key taken out.
    ///
    /// @param meta what stood under that key
    record Command(JsonObject body, Optional<JsonObject> meta) implements Inbound {}

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
            case "sys.hello" ->
                new Hello(json.integer("v").orElse(0), json.text("since"), Attempt.read(json), json.text("seat"));
            case "sys.resume" -> new Resume(json.text("since"));
            case "sys.leave" -> new Leave();
            case String type when type.startsWith(RESERVED_PREFIX) -> new Bad(unknown(type));
            default -> new Command(json.without(RESERVED_KEY), json.object(RESERVED_KEY));
        };
    }

    private static Problem unknown(String type) {
        return new Problem(
                ErrorCode.UNKNOWN_COMMAND,
                JsonText.writeShort(Json.of(type)) + " is no message of the protocol; game messages must not begin with"
                        + " \"sys.\".");
    }
}

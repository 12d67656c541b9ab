package dev.holdfast.game.wire;

import dev.holdfast.game.rules.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// One event of a game's log as the table writes it: the rules' events and what the table itself has to remember.
/// Only [Played] is ever shown to clients.
public sealed interface Entry {
    /// The first event of each game.
    record Created(String rules, int version) implements Entry {}

    /// An event of the rules.
    ///
    /// @param command the id of the causing command, on the last of its events only
    record Played(String by, Optional<String> command, JsonObject event) implements Entry {
        private static final byte[] START = "{\"k\":\"played\"".getBytes(StandardCharsets.UTF_8);
        private static final byte[] BY = ",\"by\":\"".getBytes(StandardCharsets.UTF_8);

        /// Whether a body is of one, as [#encode] writes it, without decoding it: most of thousands may be none.
        public static boolean isIn(byte[] body) {
            return Arrays.mismatch(START, body) == START.length;
        }

        /// Whose event it is, for a body that [#isIn]: without decoding all of it.
        public static String by(byte[] body) {
            int from = START.length + BY.length;
            int to = from;
            while (body[to] != '"') {
                to++; // no player's id has one (docs/protocol.md, section 1)
            }
            return new String(body, from, to - from, StandardCharsets.UTF_8);
        }
    }

    /// A command that was carried out without any event: remembers its id.
    record Noted(String by, String command) implements Entry {}

    /// A connection has taken a player's seat, from the one before if there was any.
    ///
    /// @param session names the connection, across its backend legs
    /// @param attempt which of its client's connections it is, if the client has said
    /// @param claim the SHA-256 of a new seat token, if the seat is claimed by this
    record Seated(String player, String session, Optional<Attempt> attempt, Optional<String> claim) implements Entry {
        private JsonObject json() {
            JsonObject json = JsonObject.of("k", "seated", "player", player, "session", session);
            JsonObject withClaim = claim.isPresent() ? json.with("claim", claim.get()) : json;
            return attempt.isPresent() ? attempt.get().addTo(withClaim) : withClaim;
        }
    }

    /// Nobody knows whether the connection still lives: the process that has it takes the seat for it again, or the
    /// player has left.
    record Doubted(String player, String session) implements Entry {}

    /// The connection is gone for good and so is its player.
    record Left(String player, String session) implements Entry {}

    /// A seat that nobody has any more, given up for somebody else's.
    record Forgotten(String player) implements Entry {}

    default byte[] encode() {
        return JsonText.write(
                switch (this) {
                    case Created(String rules, int version) ->
                        JsonObject.of("k", "created", "rules", rules, "version", version);
                    case Played(String by, Optional<String> command, JsonObject event) ->
                        command.map(id -> JsonObject.of("k", "played", "by", by, "cmd", id, "event", event))
                                .orElseGet(() -> JsonObject.of("k", "played", "by", by, "event", event));
                    case Noted(String by, String command) -> JsonObject.of("k", "noted", "by", by, "cmd", command);
                    case Seated seated -> seated.json();
                    case Doubted(String player, String session) ->
                        JsonObject.of("k", "doubted", "player", player, "session", session);
                    case Left(String player, String session) ->
                        JsonObject.of("k", "left", "player", player, "session", session);
                    case Forgotten(String player) -> JsonObject.of("k", "forgotten", "player", player);
                });
    }

    /// Reads what [#encode] wrote. Anything else means a log that is not ours: [IllegalArgumentException].
    static Entry decode(byte[] body) {
        JsonObject json = JsonText.readOwn(body);
        return switch (text(json, "k")) {
            case "created" ->
                new Created(text(json, "rules"), json.integer("version").orElseThrow());
            case "played" ->
                new Played(
                        text(json, "by"), json.text("cmd"), json.object("event").orElseThrow());
            case "noted" -> new Noted(text(json, "by"), text(json, "cmd"));
            case "seated" ->
                new Seated(text(json, "player"), text(json, "session"), Attempt.read(json), json.text("claim"));
            case "doubted" -> new Doubted(text(json, "player"), text(json, "session"));
            case "left" -> new Left(text(json, "player"), text(json, "session"));
            case "forgotten" -> new Forgotten(text(json, "player"));
            default ->
                throw new IllegalArgumentException("log entry of kind " + text(json, "k")
                        + " (expected: one of ours; a newer" + " game-backend may have written this log)");
        };
    }

    private static String text(JsonObject json, String name) {
        return json.text(name)
                .orElseThrow(() -> new IllegalArgumentException("log entry without \"" + name + "\": " + json));
    }
}

package dev.holdfast.game.wire;

import dev.holdfast.game.rules.Json;
import dev.holdfast.game.rules.JsonObject;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SortedMap;

/// The messages of protocol v1 that are not the rules' own (docs/protocol.md, sections 2, 4 and 5).
public final class Outbound {
    /// What a client may count on.
    ///
    /// @param frameBytes the longest message it may send
    /// @param inFlight commands that may wait for their ack
    /// @param perSecond messages that it may send
    public record Limits(long frameBytes, int inFlight, int perSecond) {}

    /// What `sys.welcome` says.
    ///
    /// @param seat a token, only when newly claimed
    /// @param resume `replay`, `snapshot`, `fresh` or `reset`
    public record Greeting(
            String game,
            String player,
            String rules,
            Optional<String> seat,
            String resume,
            long head,
            long pingMillis,
            Limits limits) {}

    private Outbound() {}

    public static byte[] welcome(Greeting greeting) {
        JsonObject welcome = JsonObject.of(
                "type",
                "sys.welcome",
                "v",
                1,
                "game",
                greeting.game(),
                "player",
                greeting.player(),
                "rules",
                greeting.rules());
        if (greeting.seat().isPresent()) {
            welcome = welcome.with("seat", greeting.seat().get());
        }
        Limits limits = greeting.limits();
        return JsonText.write(welcome.with("resume", greeting.resume())
                .with("head", greeting.head())
                .with("ping", greeting.pingMillis())
                .with(
                        "limits",
                        JsonObject.of(
                                "frame",
                                limits.frameBytes(),
                                "inflight",
                                limits.inFlight(),
                                "rate",
                                limits.perSecond())));
    }

    /// @param cur the cursor after the last event that the state contains
    public static byte[] snapshot(JsonObject state, long seq, String cur) {
        return JsonText.write(JsonObject.of(
                "type", "sys.snapshot", "state", state, Inbound.RESERVED_KEY, JsonObject.of("seq", seq, "cur", cur)));
    }

    public static byte[] live(String cur) {
        return JsonText.write(JsonObject.of("type", "sys.live", Inbound.RESERVED_KEY, JsonObject.of("cur", cur)));
    }

    /// @param cur brings the client to this cursor; for a command whose event its author does not see
    public static byte[] ack(String id, long seq, boolean isDuplicate, Optional<String> cur) {
        JsonObject ack = JsonObject.of("type", "sys.ack", "id", id, "seq", seq);
        if (isDuplicate) {
            ack = ack.with("dup", true);
        }
        return JsonText.write(cur.isPresent() ? ack.with(Inbound.RESERVED_KEY, JsonObject.of("cur", cur.get())) : ack);
    }

    public static byte[] nack(String id, Problem problem) {
        return JsonText.write(problem.timed(JsonObject.of(
                "type",
                "sys.nack",
                "id",
                id,
                "code",
                problem.code().text(),
                "message",
                problem.message(),
                "retry",
                problem.code().retry())));
    }

    public static byte[] bye(int code, String reason) {
        return JsonText.write(JsonObject.of("type", "sys.bye", "code", code, "reason", reason));
    }

    /// @param players where each is: `online`, `away` or `gone`
    public static byte[] presence(SortedMap<String, String> players) {
        var states = new LinkedHashMap<String, Json>();
        players.forEach((player, state) -> states.put(player, Json.of(state)));
        return JsonText.write(JsonObject.of("type", "sys.presence", "players", new JsonObject(states)));
    }

    /// The rules' state as one message to a plain client: `{"type":"state",…}`.
    public static byte[] state(JsonObject view) {
        var message = new LinkedHashMap<>(JsonObject.of("type", "state").fields());
        message.putAll(view.fields());
        return JsonText.write(new JsonObject(message));
    }
}

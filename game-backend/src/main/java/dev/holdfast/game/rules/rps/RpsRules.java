package dev.holdfast.game.rules.rps;

import dev.holdfast.game.rules.Decision;
import dev.holdfast.game.rules.Event;
import dev.holdfast.game.rules.GameRules;
import dev.holdfast.game.rules.Json;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.rules.Refusal.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Rock, paper, scissors, first to three rounds. Both choose at any time, and a choice is hidden from everybody
/// else until the round is revealed.
///
/// Command: `{"type":"choose","hand":"rock"}`. Events: `joined`, `chosen` (to its author only), `revealed`, `left`,
/// `over`.
public final class RpsRules implements GameRules<Duel> {
    @Override
    public String name() {
        return "rps";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public Duel initial() {
        return Duel.EMPTY;
    }

    @Override
    public List<JsonObject> join(Duel duel, String player) {
        return duel.hasStarted() || duel.isOver() || duel.hasPlayer(player)
                ? List.of()
                : List.of(JsonObject.of("type", "joined", "player", player));
    }

    @Override
    public List<JsonObject> leave(Duel duel, String player) {
        if (duel.isOver() || !duel.hasPlayer(player)) {
            return List.of();
        }
        JsonObject left = JsonObject.of("type", "left", "player", player);
        return duel.opponent(player)
                .map(winner -> List.of(left, over(winner, "left")))
                .orElse(List.of(left));
    }

    @Override
    public Decision decide(Duel duel, String player, JsonObject command) {
        if (!command.type().equals("choose")) {
            return Decision.refuse(
                    Reason.UNKNOWN_COMMAND,
                    "\"" + command.type() + "\" is no command of rps; send {\"type\":\"choose\",\"hand\":\"rock\"}.");
        }
        if (!duel.hasPlayer(player)) {
            return Decision.refuse(Reason.SPECTATOR, player + " watches this game and cannot choose.");
        }
        if (duel.isOver()) {
            return Decision.refuse(Reason.GAME_OVER, "The game is over; start another one.");
        }
        if (!duel.hasStarted()) {
            return Decision.refuse(Reason.GAME_NOT_STARTED, "The second player is not here yet; wait for \"joined\".");
        }
        if (duel.hands().containsKey(player)) {
            return Decision.refuse(
                    Reason.NOT_YOUR_TURN, "You have chosen in round " + duel.round() + "; wait for the other player.");
        }
        Optional<String> hand = command.text("hand").filter(Duel.HANDS::contains);
        return hand.map(chosen -> choose(duel, player, chosen))
                .orElseGet(() -> Decision.refuse(
                        Reason.ILLEGAL_MOVE, "\"hand\" must be one of " + String.join(", ", Duel.HANDS) + "."));
    }

    private static Decision choose(Duel duel, String player, String hand) {
        var events = new ArrayList<JsonObject>();
        events.add(JsonObject.of("type", "chosen", "by", player, "hand", hand, "round", duel.round()));
        Duel after = duel.choose(player, hand);
        if (after.hands().size() == 2) {
            Optional<String> winner = after.roundWinner();
            events.add(JsonObject.of(
                    "type",
                    "revealed",
                    "hands",
                    after.handsInOrder(),
                    "winner",
                    winner.orElse(null),
                    "round",
                    duel.round()));
            after.nextRound(winner).match().ifPresent(champion -> events.add(over(champion, "score")));
        }
        return new Decision.Accepted(events);
    }

    private static JsonObject over(String winner, String reason) {
        return JsonObject.of("type", "over", "winner", winner, "reason", reason);
    }

    @Override
    public Duel fold(Duel duel, Event event) {
        JsonObject body = event.body();
        return switch (body.type()) {
            case "joined" -> duel.join(event.by());
            case "chosen" -> duel.choose(event.by(), body.text("hand").orElseThrow());
            case "revealed" -> duel.nextRound(body.text("winner"));
            case "left" -> duel.hasStarted() ? duel : duel.leave(event.by());
            case "over" -> duel.end(body.text("winner").orElseThrow());
            default -> throw new IllegalArgumentException("event of rps: " + body.type());
        };
    }

    @Override
    public Optional<JsonObject> show(Event event, String player) {
        boolean isSecret = event.body().type().equals("chosen") && !event.by().equals(player);
        return isSecret ? Optional.empty() : Optional.of(event.body());
    }

    @Override
    public JsonObject view(Duel duel, String player) {
        return JsonObject.of(
                "players",
                duel.players(),
                "wins",
                duel.wins(),
                "round",
                duel.round(),
                "hand",
                duel.hands().get(player),
                "over",
                duel.isOver(),
                "winner",
                duel.winner().orElse(null));
    }

    @Override
    public JsonObject save(Duel duel) {
        return JsonObject.of(
                "players",
                duel.players(),
                "hands",
                duel.handsInOrder(),
                "wins",
                duel.wins(),
                "round",
                duel.round(),
                "winner",
                duel.winner().orElse(null));
    }

    @Override
    public Duel load(JsonObject saved) {
        Map<String, String> hands = new HashMap<>();
        JsonObject kept = saved.object("hands").orElseThrow();
        kept.fields()
                .keySet()
                .forEach(player -> hands.put(player, kept.text(player).orElseThrow()));
        List<Integer> wins = ((Json.Array) saved.field("wins").orElseThrow())
                .items().stream()
                        .map(win -> Integer.parseInt(((Json.Numeral) win).literal()))
                        .toList();
        return new Duel(
                saved.texts("players"), hands, wins, saved.integer("round").orElseThrow(), saved.text("winner"));
    }
}

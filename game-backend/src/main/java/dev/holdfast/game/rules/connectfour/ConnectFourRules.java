package dev.holdfast.game.rules.connectfour;

import dev.holdfast.game.rules.Decision;
import dev.holdfast.game.rules.Event;
import dev.holdfast.game.rules.GameRules;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.rules.Refusal.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Connect four. The first two who come play red and yellow, red begins, everybody else watches.
///
/// Command: `{"type":"drop","column":0..6}`. Events: `joined`, `dropped` with the row counted from the top, `left`, and
/// `over` with the winner's id or null.
public final class ConnectFourRules implements GameRules<Grid> {
    @Override
    public String name() {
        return "connectfour";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public Grid initial() {
        return Grid.EMPTY;
    }

    @Override
    public List<JsonObject> join(Grid grid, String player) {
        if (grid.hasStarted() || grid.over() || grid.disc(player).isPresent()) {
            return List.of();
        }
        return List.of(JsonObject.of(
                "type",
                "joined",
                "player",
                player,
                "disc",
                Grid.disc(grid.players().size())));
    }

    @Override
    public List<JsonObject> leave(Grid grid, String player) {
        if (grid.over() || grid.disc(player).isEmpty()) {
            return List.of();
        }
        JsonObject left = JsonObject.of("type", "left", "player", player);
        if (!grid.hasStarted()) {
            return List.of(left);
        }
        return List.of(
                left,
                over(grid.players().stream().filter(id -> !id.equals(player)).findFirst(), "left"));
    }

    @Override
    public Decision decide(Grid grid, String player, JsonObject command) {
        if (!command.type().equals("drop")) {
            return Decision.refuse(
                    Reason.UNKNOWN_COMMAND,
                    "\"" + command.type()
                            + "\" is no command of connectfour; send {\"type\":\"drop\",\"column\":0..6}.");
        }
        if (grid.disc(player).isEmpty()) {
            return Decision.refuse(Reason.SPECTATOR, player + " watches this game and cannot move.");
        }
        if (grid.over()) {
            return Decision.refuse(Reason.GAME_OVER, "The game is over; start another one.");
        }
        if (!grid.hasStarted()) {
            return Decision.refuse(Reason.GAME_NOT_STARTED, "The second player is not here yet; wait for \"joined\".");
        }
        String turn = grid.turn().orElseThrow();
        if (!turn.equals(player)) {
            return Decision.refuse(Reason.NOT_YOUR_TURN, "It is " + turn + "'s turn.");
        }
        return drop(grid, player, command.integer("column"));
    }

    private static Decision drop(Grid grid, String player, OptionalInt wanted) {
        int column = wanted.orElse(-1);
        if (column < 0 || column >= Grid.COLUMNS) {
            return Decision.refuse(Reason.ILLEGAL_MOVE, "\"column\" must be a whole number from 0 to 6.");
        }
        int row = grid.landingRow(column);
        if (row < 0) {
            return Decision.refuse(Reason.ILLEGAL_MOVE, "Column " + column + " is full; choose another one.");
        }
        var events = new ArrayList<JsonObject>();
        events.add(JsonObject.of("type", "dropped", "column", column, "row", row, "by", player));
        Grid after = grid.drop(player, column);
        if (after.isWon(row, column)) {
            events.add(over(Optional.of(player), "line"));
        } else if (after.isFull()) {
            events.add(over(Optional.empty(), "draw"));
        }
        return new Decision.Accepted(events);
    }

    private static JsonObject over(Optional<String> winner, String reason) {
        return JsonObject.of("type", "over", "winner", winner.orElse(null), "reason", reason);
    }

    @Override
    public Grid fold(Grid grid, Event event) {
        JsonObject body = event.body();
        return switch (body.type()) {
            case "joined" -> grid.join(event.by());
            case "dropped" -> grid.drop(event.by(), body.integer("column").orElseThrow());
            case "left" -> grid.hasStarted() ? grid : grid.leave(event.by());
            case "over" -> grid.end(body.text("winner"));
            default -> throw new IllegalArgumentException("event of connectfour: " + body.type());
        };
    }

    @Override
    public JsonObject view(Grid grid, String player) {
        return JsonObject.of(
                "rows",
                grid.rows(),
                "players",
                grid.players(),
                "you",
                grid.disc(player).orElse("spectator"),
                "turn",
                grid.turn().orElse(null),
                "over",
                grid.over(),
                "winner",
                grid.winner().orElse(null));
    }

    @Override
    public JsonObject save(Grid grid) {
        return JsonObject.of(
                "players",
                grid.players(),
                "cells",
                grid.cells(),
                "over",
                grid.over(),
                "winner",
                grid.winner().orElse(null));
    }

    @Override
    public Grid load(JsonObject saved) {
        return new Grid(
                saved.texts("players"), saved.text("cells").orElseThrow(), saved.flag("over"), saved.text("winner"));
    }
}

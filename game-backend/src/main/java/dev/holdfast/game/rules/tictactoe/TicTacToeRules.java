package dev.holdfast.game.rules.tictactoe;

import dev.holdfast.game.rules.Decision;
import dev.holdfast.game.rules.Event;
import dev.holdfast.game.rules.GameRules;
import dev.holdfast.game.rules.Json;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.rules.Refusal.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Tic-tac-toe. The first two who come play X and O, X begins, everybody else watches.
///
/// Command: `{"type":"move","cell":0..8}`, cells row by row. Events: `joined`, `moved`, `left`, and `over` with the
/// winner's id or null.
public final class TicTacToeRules implements GameRules<Board> {
    @Override
    public String name() {
        return "tictactoe";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public Board initial() {
        return Board.EMPTY;
    }

    @Override
    public List<JsonObject> join(Board board, String player) {
        if (board.hasStarted() || board.mark(player).isPresent()) {
            return List.of();
        }
        String mark = Board.mark(board.players().size());
        return List.of(JsonObject.of("type", "joined", "player", player, "mark", mark));
    }

    @Override
    public List<JsonObject> leave(Board board, String player) {
        if (board.over() || board.mark(player).isEmpty()) {
            return List.of();
        }
        JsonObject left = JsonObject.of("type", "left", "player", player);
        if (!board.hasStarted()) {
            return List.of(left);
        }
        Optional<String> other =
                board.players().stream().filter(id -> !id.equals(player)).findFirst();
        return List.of(left, over(other, "left"));
    }

    @Override
    public Decision decide(Board board, String player, JsonObject command) {
        if (!command.type().equals("move")) {
            return Decision.refuse(
                    Reason.UNKNOWN_COMMAND,
                    "\"" + command.type() + "\" is no command of tictactoe; send {\"type\":\"move\",\"cell\":0..8}.");
        }
        if (board.mark(player).isEmpty()) {
            return Decision.refuse(Reason.SPECTATOR, player + " watches this game and cannot move.");
        }
        if (board.over()) {
            return Decision.refuse(Reason.GAME_OVER, "The game is over; start another one.");
        }
        if (!board.hasStarted()) {
            return Decision.refuse(Reason.GAME_NOT_STARTED, "The second player is not here yet; wait for \"joined\".");
        }
        String turn = board.turn().orElseThrow();
        if (!turn.equals(player)) {
            return Decision.refuse(Reason.NOT_YOUR_TURN, "It is " + turn + "'s turn.");
        }
        return move(board, player, command);
    }

    private static Decision move(Board board, String player, JsonObject command) {
        OptionalInt cell = Board.cell(command.integer("cell"));
        if (cell.isEmpty()) {
            return Decision.refuse(Reason.ILLEGAL_MOVE, "\"cell\" must be a whole number from 0 to 8.");
        }
        if (!board.isFree(cell.getAsInt())) {
            return Decision.refuse(Reason.ILLEGAL_MOVE, "Cell " + cell.getAsInt() + " is taken; choose a free one.");
        }
        var events = new ArrayList<JsonObject>();
        events.add(JsonObject.of("type", "moved", "cell", cell.getAsInt(), "by", player));
        Board after = board.move(player, cell.getAsInt());
        if (after.hasLine()) {
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
    public Board fold(Board board, Event event) {
        JsonObject body = event.body();
        return switch (body.type()) {
            case "joined" -> board.join(event.by());
            case "moved" -> board.move(event.by(), body.integer("cell").orElseThrow());
            case "left" -> board.hasStarted() ? board : board.leave(event.by());
            case "over" -> board.end(body.text("winner"));
            default -> throw new IllegalArgumentException("event of tictactoe: " + body.type());
        };
    }

    @Override
    public JsonObject view(Board board, String player) {
        return JsonObject.of(
                "board",
                board.cells().chars().mapToObj(TicTacToeRules::cell).toList(),
                "players",
                board.players(),
                "you",
                board.mark(player).orElse("spectator"),
                "turn",
                board.turn().orElse(null),
                "over",
                board.over(),
                "winner",
                board.winner().orElse(null));
    }

    private static Json cell(int mark) {
        return mark == '.' ? Json.Null.NULL : new Json.Text(String.valueOf((char) mark));
    }

    @Override
    public JsonObject save(Board board) {
        return JsonObject.of(
                "players",
                board.players(),
                "cells",
                board.cells(),
                "over",
                board.over(),
                "winner",
                board.winner().orElse(null));
    }

    @Override
    public Board load(JsonObject saved) {
        return new Board(
                saved.texts("players"), saved.text("cells").orElseThrow(), saved.flag("over"), saved.text("winner"));
    }
}

package dev.holdfast.game.table;

import dev.holdfast.game.log.GameId;
import dev.holdfast.game.rules.JsonObject;
import java.util.List;

/// How a game stands, as a spectator may know.
///
/// @param rules name and version, `tictactoe/1`
/// @param seq the number of the last event
/// @param here players connected to this process
public record Inspection(GameId game, String rules, long seq, List<String> here, JsonObject view) {}

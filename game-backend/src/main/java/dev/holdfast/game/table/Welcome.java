package dev.holdfast.game.table;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.rules.JsonObject;

/// What a connection needs to begin with.
///
/// @param rules name and version, `tictactoe/1`
/// @param head the last event that the view contains
/// @param view the state as this player may see it; empty if the rules have nothing to tell
public record Welcome(String rules, Cursor head, JsonObject view) {}

package dev.holdfast.game.table;

import dev.holdfast.game.log.GameId;

/// A game as read from its log.
record Opening(GameId game, GameState state, Tail tail, long snapshotSeq) {}

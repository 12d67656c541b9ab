package dev.holdfast.game.table;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.wire.Rendered;
import java.util.Optional;

/// An event as one player gets it.
///
/// @param prev the number of the last event that this player saw before
/// @param command the id of the causing command, for its author only
/// @param body empty if the event is hidden from this player
public record Shown(Cursor at, long prev, Optional<String> command, Optional<Rendered> body) {}

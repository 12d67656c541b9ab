package dev.holdfast.game.table;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.rules.JsonObject;
import java.util.List;
import java.util.Optional;

/// What a connection needs to begin with.
///
/// @param rules name and version, `tictactoe/1`
/// @param token a newly claimed seat's token
/// @param head the last event
/// @param view the state at the head as this player may see it; empty if the rules have nothing to tell
/// @param replay for [Resume#REPLAY], the events from the connection's cursor to the head
/// @param readBytes of the log that had to be decoded for it
public record Welcome(
        String rules,
        Resume resume,
        Optional<String> token,
        Cursor head,
        JsonObject view,
        List<Shown> replay,
        long readBytes) {}

package dev.holdfast.game.seat;

import dev.holdfast.game.wire.Attempt;
import java.util.Optional;

/// A connection that asks for its player's seat.
///
/// @param session names the connection, across its backend legs
/// @param isHello whether it has just said `sys.hello`, and so can be told a token; a new leg of a session that
///     did has not
/// @param attempt which of its client's connections it is, if the client has said
/// @param token the seat token that it brings
/// @param identity who the gateway has verified it to be
public record Visitor(
        String player,
        String session,
        boolean isHello,
        Optional<Attempt> attempt,
        Optional<String> token,
        Optional<String> identity) {}

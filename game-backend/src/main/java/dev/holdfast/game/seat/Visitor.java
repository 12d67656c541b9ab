package dev.holdfast.game.seat;

import java.util.Optional;

/// A connection that asks for its player's seat.
///
/// @param session names the connection, across its backend legs
/// @param speaksV1 whether it speaks protocol v1, and so can keep a token
/// @param isHello whether it has just said `sys.hello`, and is not merely a new leg of a session that did
/// @param token the seat token that it brings
/// @param identity who the gateway has verified it to be
public record Visitor(
        String player,
        String session,
        boolean speaksV1,
        boolean isHello,
        Optional<String> token,
        Optional<String> identity) {}

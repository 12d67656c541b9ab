package dev.holdfast.game.session;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.log.GameId;
import dev.holdfast.game.seat.Visitor;
import dev.holdfast.game.session.link.LinkHandshake;
import dev.holdfast.game.wire.Inbound;
import java.util.Optional;

/// What a handshake said.
///
/// @param session names the connection; the gateway's name for it if there is a link
/// @param version the protocol version in the query, 0 if none
/// @param link the gateway's headers, if it speaks the link protocol
/// @param identity who the gateway has verified the player to be
/// @param address of the client, as the gateway saw it
/// @param traceparent names the gateway's dial, if it is recorded
record Opening(
        GameId game,
        String player,
        String session,
        int version,
        Optional<LinkHandshake> link,
        Optional<String> identity,
        Optional<String> address,
        Optional<String> traceparent) {
    /// A version that we do not speak; the client is told after the upgrade, where a browser can read it.
    static final int UNKNOWN_VERSION = -1;

    /// Whether the first message must be `sys.hello`.
    boolean awaitsHello() {
        return version == 1 && !resumesV1();
    }

    /// A new leg of a session whose client speaks v1 and has been welcomed.
    boolean resumesV1() {
        return link.isPresent() && link.get().speaksV1() && since().isPresent();
    }

    Optional<Cursor> since() {
        return link.flatMap(LinkHandshake::since);
    }

    /// Who asks for the seat without having said hello by this leg.
    Visitor visitor() {
        return new Visitor(player, session, false, Optional.empty(), Optional.empty(), identity);
    }

    Visitor visitor(Inbound.Hello hello) {
        return new Visitor(player, session, true, hello.attempt(), hello.seat(), identity);
    }
}

package dev.holdfast.game.session;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.session.link.Link;
import dev.holdfast.game.table.Outcome;
import dev.holdfast.game.table.Presence;
import dev.holdfast.game.table.Shown;
import dev.holdfast.game.table.Welcome;
import dev.holdfast.game.wire.CommandId;
import dev.holdfast.game.wire.Problem;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// How a session speaks to its client: the plain contract or protocol v1. On the connection's event loop.
interface Dialect {
    boolean isV1();

    /// Whether the client will know of all that it has missed, by a replay or by how things stand now.
    boolean canGoOn(Welcome welcome);

    /// The seat is taken, or a resume was asked for.
    void welcome(Welcome welcome);

    void show(Shown event);

    void present(Map<String, Presence> players);

    void decided(Optional<CommandId> id, Outcome outcome);

    void problem(Optional<CommandId> id, Problem problem);

    /// The connection is about to be closed with this.
    void bye(CloseCode code, String reason);

    /// Where a dialect's messages go: the client's socket, and the link to the gateway if there is one.
    record Voice(Consumer<byte[]> text, Optional<Link> link) {
        void say(byte[] utf8) {
            text.accept(utf8);
        }

        /// A message that brings the client to a cursor.
        void say(byte[] utf8, Cursor cursor) {
            link.ifPresent(leg -> leg.next(cursor));
            text.accept(utf8);
        }

        void passed(Cursor cursor) {
            link.ifPresent(leg -> leg.passed(cursor));
        }

        void here(Cursor cursor) {
            link.ifPresent(leg -> leg.here(cursor));
        }
    }
}

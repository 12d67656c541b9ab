package dev.holdfast.game.table;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.seat.Visitor;
import dev.holdfast.game.wire.CommandId;
import dev.holdfast.game.wire.ErrorCode;
import dev.holdfast.game.wire.Problem;
import java.util.Optional;
import java.util.function.Consumer;

/// What stands in a table's mailbox. Each is decided on the folded state and answered exactly once, on the table's
/// thread.
public sealed interface Request {
    /// A connection wants its player's seat, or says more about itself on the seat it has.
    ///
    /// @param since where the client has got to
    record Take(Attendee attendee, Visitor visitor, Optional<Cursor> since) implements Request {}

    /// A message for the rules.
    ///
    /// @param id names the command for de-duplication; empty if the client gives none
    /// @param lane what it must not overtake; empty if its client looks after the order itself
    record Act(
            Attendee attendee, Optional<CommandId> id, Optional<Lane> lane, JsonObject body, Consumer<Outcome> answer)
            implements Request {
        String player() {
            return attendee.player();
        }

        String session() {
            return attendee.session();
        }

        /// Answers that it was not carried out, for now; nor is what comes after it in its lane.
        void fail(Problem problem) {
            lane.ifPresent(Lane::block);
            answer.accept(new Outcome.Refused(problem));
        }
    }

    /// A player goes for good; ignored if the connection no longer has the seat.
    record Leave(String player, String session) implements Request {}

    /// A player has not come back within the grace; ignored if somebody has the connection after all.
    record Expire(String player, String session) implements Request {}

    /// Asks all processes whether one of them has the connection; ignored if it no longer has the seat.
    record Doubt(String player, String session) implements Request {}

    /// This process has the connection that somebody doubts.
    record Affirm(String player, String session) implements Request {}

    /// The number of the last event that the sender says to have seen, 0 if it says nothing of that.
    default long seen() {
        return switch (this) {
            case Act act ->
                act.id()
                        .filter(id -> !CommandId.isGateways(id.text()))
                        .map(CommandId::seen)
                        .orElse(0L);
            case Take take -> take.since().map(Cursor::seq).orElse(0L);
            case Leave _, Expire _, Doubt _, Affirm _ -> 0;
        };
    }

    /// Answers that the request was not carried out, for now.
    default void refuse(String message) {
        switch (this) {
            case Act act -> act.fail(new Problem(ErrorCode.UNAVAILABLE, message));
            case Take take -> take.attendee().ended(Ending.UNAVAILABLE);
            case Leave _, Expire _, Doubt _, Affirm _ -> {}
        }
    }
}

package dev.holdfast.game.table;

import dev.holdfast.game.rules.Decision;
import dev.holdfast.game.rules.Event;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.rules.Play;
import dev.holdfast.game.rules.Refusal;
import dev.holdfast.game.wire.CommandId;
import dev.holdfast.game.wire.ErrorCode;
import dev.holdfast.game.wire.Problem;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides commands on a draft: writes the entries that follow into it and says what to answer. Changes nothing
/// else, so a batch that met a conflict is simply decided again.
final class Clerk {
    private static final Logger log = LoggerFactory.getLogger(Clerk.class);

    private static final Problem OVERTAKING =
            new Problem(ErrorCode.UNAVAILABLE, "An earlier message could not be carried out; try again in a moment.");

    private static final Problem TOO_LATE =
            new Problem(ErrorCode.UNAVAILABLE, "The connection of this message has broken; try again by the next one.");

    /// Does not carry out a command whose sender has gone on by another connection.
    static Ruling tooLate(Request.Act act) {
        return new Ruling(() -> act.fail(TOO_LATE), act::fail);
    }

    Ruling rule(Draft draft, Request.Act act) {
        if (act.lane().filter(Lane::isBlocked).isPresent()) {
            return new Ruling(() -> act.fail(OVERTAKING), act::fail);
        }
        Outcome outcome = decide(draft, act);
        return new Ruling(() -> act.answer().accept(outcome), act::fail);
    }

    private static Outcome decide(Draft draft, Request.Act act) {
        GameState state = draft.state();
        OptionalLong earlier =
                act.id().map(id -> state.appliedAt(act.player(), id.text())).orElse(OptionalLong.empty());
        if (earlier.isPresent()) {
            return new Outcome.Applied(earlier.getAsLong(), true, Optional.empty());
        }
        Optional<Problem> problem = act.id().flatMap(id -> objection(draft, act.player(), id));
        if (problem.isEmpty() && !holdsSeat(state, act)) {
            problem = Optional.of(new Problem(
                    ErrorCode.NOT_SEATED, act.player() + "'s seat is not held by this connection; connect again."));
        }
        return problem.<Outcome>map(Outcome.Refused::new).orElseGet(() -> apply(draft, act));
    }

    private static boolean holdsSeat(GameState state, Request.Act act) {
        return state.seat(act.player())
                .filter(seat -> seat.isHeldBy(act.session()))
                .isPresent();
    }

    /// Why an id that is not remembered may still have been handled before, or is of a command for another history.
    private static Optional<Problem> objection(Draft draft, String player, CommandId id) {
        GameState state = draft.state();
        Optional<String> session = CommandId.gatewaySession(id.text());
        if (session.isPresent()) {
            boolean isOld = CommandId.gatewayNumber(id.text()) <= state.lastGatewayNumber(player, session.get());
            return isOld
                    ? Optional.of(
                            new Problem(
                                    ErrorCode.CONFLICT,
                                    "A message was refused before later ones were carried out; send it again if you still want it."))
                    : Optional.empty();
        }
        if (id.seen() > draft.head().seq()) {
            return Optional.of(new Problem(
                    ErrorCode.CONFLICT,
                    "Command " + id.text() + " was meant for a game that had come further (seen " + id.seen()
                            + ") than this one (" + draft.head().seq()
                            + "); look at the state and send a new one."));
        }
        return id.seen() < state.forgottenUpTo(player)
                ? Optional.of(new Problem(
                        ErrorCode.RETRY_EXPIRED,
                        "Command " + id.text() + " is too old to tell whether it was carried out (seen " + id.seen()
                                + "); look at the state and send a new one."))
                : Optional.empty();
    }

    private static Outcome apply(Draft draft, Request.Act act) {
        Play<?> play = draft.state().play();
        try {
            return switch (play.decide(act.player(), act.body())) {
                case Decision.Refused(Refusal refusal) ->
                    new Outcome.Refused(new Problem(ErrorCode.of(refusal.reason()), refusal.message()));
                case Decision.Accepted(List<JsonObject> events) -> {
                    boolean isShown = isShown(play, act.player(), events);
                    draft.play(act.player(), act.id().map(CommandId::text), events);
                    yield new Outcome.Applied(
                            draft.head().seq(), false, isShown ? Optional.empty() : Optional.of(draft.head()));
                }
            };
        } catch (RuntimeException | Error bug) {
            log.error(
                    "rules failed on a command of {}: {}",
                    act.player(),
                    act.body().type(),
                    bug);
            return new Outcome.Refused(new Problem(
                    ErrorCode.INTERNAL, "The game's rules failed on this message; it was not carried out."));
        }
    }

    private static boolean isShown(Play<?> play, String player, List<JsonObject> events) {
        return !events.isEmpty()
                && play.show(new Event(player, events.getLast()), player).isPresent();
    }
}

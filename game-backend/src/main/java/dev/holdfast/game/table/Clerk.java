package dev.holdfast.game.table;

import dev.holdfast.game.observe.GameMeters;
import dev.holdfast.game.rules.Decision;
import dev.holdfast.game.rules.Event;
import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.rules.Play;
import dev.holdfast.game.rules.Refusal;
import dev.holdfast.game.seat.Seat;
import dev.holdfast.game.wire.Entry;
import dev.holdfast.game.wire.ErrorCode;
import dev.holdfast.game.wire.Inbound;
import dev.holdfast.game.wire.Problem;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides requests on a draft: writes the entries that follow into it and says what to answer. Pure but for that, so a
/// batch that met a conflict is simply decided again.
final class Clerk {
    /// Players, spectators included, that a game can have in its life.
    static final int MAX_SEATS = 10_000;

    private static final Logger log = LoggerFactory.getLogger(Clerk.class);
    private static final Set<String> RESERVED_TYPES = Set.of("ping", "pong");

    private final GameMeters meters;
    private final Consumer<Attendee> admit;

    /// @param admit called when a connection's seat is durable
    Clerk(GameMeters meters, Consumer<Attendee> admit) {
        this.meters = meters;
        this.admit = admit;
    }

    Ruling rule(Draft draft, Request request) {
        return switch (request) {
            case Request.Act act -> act(draft, act);
            case Request.Take(Attendee attendee) -> take(draft, attendee);
            case Request.Leave(String player, String session) -> leave(draft, player, session);
        };
    }

    private Ruling act(Draft draft, Request.Act act) {
        Outcome outcome = decide(draft, act);
        return new Ruling(() -> tell(act, outcome), problem -> tell(act, new Outcome.Refused(problem)));
    }

    private void tell(Request.Act act, Outcome outcome) {
        meters.command(
                switch (outcome) {
                    case Outcome.Applied(long _, boolean duplicate) -> duplicate ? "duplicate" : "applied";
                    case Outcome.Refused(Problem problem) -> problem.code().text();
                });
        act.answer().accept(outcome);
    }

    private Outcome decide(Draft draft, Request.Act act) {
        OptionalLong earlier =
                act.id().map(id -> draft.state().appliedAt(act.player(), id)).orElse(OptionalLong.empty());
        if (earlier.isPresent()) {
            return new Outcome.Applied(earlier.getAsLong(), true);
        }
        try {
            return switch (draft.state().play().decide(act.player(), act.body())) {
                case Decision.Refused(Refusal refusal) ->
                    new Outcome.Refused(new Problem(ErrorCode.of(refusal.reason()), refusal.message()));
                case Decision.Accepted(List<JsonObject> events) -> {
                    write(draft, act.player(), act.id(), events);
                    yield new Outcome.Applied(draft.head().seq(), false);
                }
            };
        } catch (RuntimeException bug) {
            log.error(
                    "rules failed on a command of {}: {}",
                    act.player(),
                    act.body().type(),
                    bug);
            return new Outcome.Refused(
                    new Problem(ErrorCode.INTERNAL, "The game could not handle this message; try again later."));
        }
    }

    /// The command's id goes with its last event, so that seeing the id means having seen all of them.
    private static void write(Draft draft, String player, Optional<String> id, List<JsonObject> events) {
        check(draft.state().play(), player, events);
        for (int i = 0; i < events.size(); i++) {
            boolean isLast = i == events.size() - 1;
            draft.add(new Entry.Played(player, isLast ? id : Optional.empty(), events.get(i)));
        }
        if (events.isEmpty()) {
            id.ifPresent(noted -> draft.add(new Entry.Noted(player, noted)));
        }
    }

    // Before anything is written, since half a command must never be: bad rules show here.
    private static void check(Play<?> play, String player, List<JsonObject> events) {
        Play<?> after = play;
        for (JsonObject event : events) {
            String type = event.type();
            if (event.field(Inbound.RESERVED_KEY).isPresent()
                    || type.startsWith(Inbound.RESERVED_PREFIX)
                    || RESERVED_TYPES.contains(type)) {
                throw new IllegalStateException("event \"" + type + "\" of "
                        + play.rules().name() + " (expected: no key $, no type ping, pong or sys.*)");
            }
            after = after.fold(new Event(player, event));
        }
    }

    private Ruling take(Draft draft, Attendee attendee) {
        Optional<Seat> seat = draft.state().seat(attendee.player());
        if (seat.isPresent() && seat.get().replaced().contains(attendee.session())) {
            return turnedAway(attendee, Ending.REPLACED);
        }
        if (seat.isEmpty() && draft.state().seatCount() >= MAX_SEATS) {
            return turnedAway(attendee, Ending.GAME_FULL);
        }
        boolean holdsAlready =
                seat.isPresent() && seat.get().present() && seat.get().session().equals(attendee.session());
        if (!holdsAlready) {
            draft.add(new Entry.Seated(attendee.player(), attendee.session()));
            write(
                    draft,
                    attendee.player(),
                    Optional.empty(),
                    draft.state().play().join(attendee.player()));
        }
        return new Ruling(() -> admit.accept(attendee), _ -> attendee.ended(Ending.UNAVAILABLE));
    }

    private static Ruling turnedAway(Attendee attendee, Ending ending) {
        return new Ruling(() -> attendee.ended(ending), _ -> attendee.ended(ending));
    }

    private static Ruling leave(Draft draft, String player, String session) {
        boolean isSeated = draft.state()
                .seat(player)
                .filter(seat -> seat.present() && seat.session().equals(session))
                .isPresent();
        if (isSeated) {
            draft.add(new Entry.Left(player, session));
            write(draft, player, Optional.empty(), draft.state().play().leave(player));
        }
        return new Ruling(() -> {}, _ -> {});
    }
}

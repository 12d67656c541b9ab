package dev.holdfast.game.table;

import dev.holdfast.game.log.Cursor;
import dev.holdfast.game.rules.Play;
import dev.holdfast.game.seat.Seat;
import dev.holdfast.game.seat.SeatPolicy;
import dev.holdfast.game.seat.SeatToken;
import dev.holdfast.game.seat.Visitor;
import dev.holdfast.game.wire.Attempt;
import dev.holdfast.game.wire.Entry;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides on a draft who gets a seat and who has left it. Changes nothing but the draft.
final class Usher {
    private static final Logger log = LoggerFactory.getLogger(Usher.class);

    /// Players, spectators included, whom a game remembers. One more gets the seat of somebody who has left and never
    /// did anything, or none: else a stranger could take them all, for as long as the game lives.
    static final int MAX_SEATS = 10_000;

    /// Called when a connection's seat is durable, with its newly claimed token.
    interface Admission {
        void admit(Attendee attendee, Optional<Cursor> since, Optional<String> token);
    }

    private final SeatPolicy policy;
    private final boolean isShared;
    private final RandomGenerator random;
    private final Admission admission;

    /// @param isShared whether a player who is not here may be at another process
    Usher(SeatPolicy policy, boolean isShared, RandomGenerator random, Admission admission) {
        this.policy = policy;
        this.isShared = isShared;
        this.random = random;
        this.admission = admission;
    }

    Ruling take(Draft draft, Request.Take take) {
        if (take.attendee().hasEnded()) {
            return turnedAway(take, Ending.UNAVAILABLE); // its player may sit here by a newer connection already
        }
        Visitor visitor = take.visitor();
        Optional<Seat> seat = draft.state().seat(visitor.player());
        if (seat.isPresent()
                && (seat.get().replaced().contains(visitor.session())
                        || seat.get().isPastFor(visitor))) {
            return turnedAway(take, Ending.REPLACED);
        }
        return switch (policy.judge(seat, visitor)) {
            case TOKEN_NEEDED -> turnedAway(take, Ending.TOKEN_NEEDED);
            case FORBIDDEN -> turnedAway(take, Ending.FORBIDDEN);
            case ADMITTED -> seated(draft, take, seat, reissued(seat, visitor));
            case CLAIMS ->
                seated(
                        draft,
                        take,
                        seat,
                        Optional.of(visitor.token().filter(SeatToken::allows).orElseGet(this::mint)));
        };
    }

    /// A claimed seat's own connection that says hello without a token has never got its welcome: it gets another one.
    private Optional<String> reissued(Optional<Seat> seat, Visitor visitor) {
        return seat.filter(_ -> policy == SeatPolicy.CLAIM)
                .filter(taken ->
                        taken.isHeldBy(visitor.session()) && taken.claim().isPresent())
                .filter(_ -> visitor.isHello() && visitor.token().isEmpty())
                .map(_ -> mint());
    }

    private String mint() {
        return SeatToken.mint(random);
    }

    private Ruling seated(Draft draft, Request.Take take, Optional<Seat> seat, Optional<String> token) {
        boolean needsRoom = seat.isEmpty() && draft.state().seatCount() >= MAX_SEATS;
        Optional<String> unused = needsRoom ? draft.state().longestUnused() : Optional.empty();
        if (needsRoom && unused.isEmpty()) {
            return turnedAway(take, Ending.GAME_FULL);
        }
        String player = take.visitor().player();
        String session = take.visitor().session();
        // Only the seat's own connection can still say an earlier one here, by mistake
        Optional<Attempt> attempt =
                take.visitor().attempt().filter(said -> seat.stream().noneMatch(taken -> taken.isAfter(said)));
        boolean holdsAlready = seat.isPresent()
                && seat.get().isHeldBy(session)
                && !seat.get().isDoubted()
                && (attempt.isEmpty() || attempt.equals(seat.get().attempt()));
        if (!holdsAlready || token.isPresent()) {
            try {
                draft.play(
                        new Entry.Seated(player, session, attempt, token.map(SeatToken::hash)),
                        player,
                        draft.state().play().join(player));
                unused.map(Entry.Forgotten::new).ifPresent(draft::add);
            } catch (RuntimeException | Error bug) {
                log.error("rules failed on the coming of {}", player, bug);
                return turnedAway(take, Ending.RULES_FAILED);
            }
        }
        Optional<String> told = token.filter(
                minted -> !Optional.of(minted).equals(take.visitor().token()));
        return new Ruling(
                () -> admission.admit(take.attendee(), take.since(), told),
                _ -> take.attendee().ended(Ending.UNAVAILABLE));
    }

    /// What was not written may have been the reason, so then it is no final answer.
    private static Ruling turnedAway(Request.Take take, Ending ending) {
        return new Ruling(
                () -> take.attendee().ended(ending), _ -> take.attendee().ended(Ending.UNAVAILABLE));
    }

    Ruling leave(Draft draft, Request.Leave leave) {
        if (holds(draft, leave.player(), leave.session())) {
            leave(draft, leave.player(), leave.session());
        }
        return Ruling.SILENT;
    }

    private static void leave(Draft draft, String player, String session) {
        var left = new Entry.Left(player, session);
        try {
            draft.play(left, player, draft.state().play().leave(player));
        } catch (RuntimeException | Error bug) {
            log.error("rules failed on the leaving of {}", player, bug);
            draft.add(left);
        }
    }

    /// Whether anything follows in the game when the player leaves.
    boolean wouldBeMissed(Play<?> play, String player) {
        try {
            return !play.leave(player).isEmpty();
        } catch (RuntimeException | Error bug) {
            log.debug("rules would fail on the leaving of {}", player, bug);
            return true;
        }
    }

    /// In a shared log a player leaves only with a doubt that nobody has answered: the first time that is asked.
    Ruling expire(Draft draft, Request.Expire expire) {
        Optional<Seat> held = draft.state().seat(expire.player()).filter(seat -> seat.isHeldBy(expire.session()));
        if (held.isPresent() && isShared && !held.get().isDoubted()) {
            draft.add(new Entry.Doubted(expire.player(), expire.session()));
        } else if (held.isPresent()) {
            leave(draft, expire.player(), expire.session());
        }
        return Ruling.SILENT;
    }

    Ruling doubt(Draft draft, Request.Doubt doubt) {
        if (holds(draft, doubt.player(), doubt.session())) {
            draft.add(new Entry.Doubted(doubt.player(), doubt.session()));
        }
        return Ruling.SILENT;
    }

    Ruling affirm(Draft draft, Request.Affirm affirm) {
        if (holds(draft, affirm.player(), affirm.session())) {
            draft.add(new Entry.Seated(affirm.player(), affirm.session(), Optional.empty(), Optional.empty()));
        }
        return Ruling.SILENT;
    }

    private static boolean holds(Draft draft, String player, String session) {
        return draft.state().seat(player).filter(seat -> seat.isHeldBy(session)).isPresent();
    }
}

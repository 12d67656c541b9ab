package dev.holdfast.game.seat;

import dev.holdfast.game.rules.JsonObject;
import dev.holdfast.game.wire.Attempt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One player's place in a game, as folded from the log. Immutable.
///
/// @param session the connection that holds the seat, or held it last
/// @param attempt which of its client's connections that is, if the client has said
/// @param isPresent whether the player has not left
/// @param isDoubted whether somebody has asked if the connection still lives, and nobody has answered
/// @param hasActed whether anything in the game is by its player
/// @param claim the SHA-256 of the token that the seat needs, if it was claimed
/// @param replaced connections that lost the seat to a newer one, latest last; a late re-dial of theirs is turned away
public record Seat(
        String session,
        Optional<Attempt> attempt,
        boolean isPresent,
        boolean isDoubted,
        boolean hasActed,
        Optional<String> claim,
        List<String> replaced) {
    private static final int REMEMBERED_REPLACED = 8;

    public Seat {
        replaced = List.copyOf(replaced);
    }

    public static Seat first(String session, Optional<Attempt> attempt, Optional<String> claim) {
        return new Seat(session, attempt, true, false, false, claim, List.of());
    }

    /// A connection, perhaps the same one, sits down.
    public Seat take(String newer, Optional<Attempt> newAttempt, Optional<String> newClaim) {
        Optional<String> kept = newClaim.isPresent() ? newClaim : claim;
        if (newer.equals(session)) {
            // A new leg of it, or another process that has it, does not know
            return new Seat(
                    session, newAttempt.isPresent() ? newAttempt : attempt, true, false, hasActed, kept, replaced);
        }
        var older = new ArrayList<>(replaced);
        older.add(session);
        int forget = Math.max(0, older.size() - REMEMBERED_REPLACED);
        return new Seat(newer, newAttempt, true, false, hasActed, kept, older.subList(forget, older.size()));
    }

    public Seat doubt() {
        return new Seat(session, attempt, isPresent, true, hasActed, claim, replaced);
    }

    public Seat act() {
        return new Seat(session, attempt, isPresent, isDoubted, true, claim, replaced);
    }

    public Seat leave() {
        return new Seat(session, attempt, false, false, hasActed, claim, replaced);
    }

    /// Whether this connection sits here and its player has not left.
    public boolean isHeldBy(String connection) {
        return isPresent && session.equals(connection);
    }

    /// Whether the one who comes has gone on by another connection, which sits here or sat here last: what it said then
    /// has only now arrived.
    public boolean isPastFor(Visitor visitor) {
        return !session.equals(visitor.session())
                && visitor.attempt().filter(this::isAfter).isPresent();
    }

    /// Whether the connection is a later one of the same client.
    public boolean isAfter(Attempt other) {
        return attempt.isPresent() && other.isBefore(attempt.get());
    }

    public JsonObject save() {
        JsonObject saved = JsonObject.of(
                "session", session,
                "present", isPresent,
                "doubted", isDoubted,
                "acted", hasActed,
                "replaced", replaced);
        JsonObject withClaim = claim.isPresent() ? saved.with("claim", claim.get()) : saved;
        return attempt.isPresent() ? attempt.get().addTo(withClaim) : withClaim;
    }

    public static Seat load(JsonObject saved) {
        return new Seat(
                saved.text("session").orElseThrow(),
                Attempt.read(saved),
                saved.flag("present"),
                saved.flag("doubted"),
                saved.flag("acted") || saved.field("acted").isEmpty(), // older releases did not save it
                saved.text("claim"),
                saved.texts("replaced"));
    }
}

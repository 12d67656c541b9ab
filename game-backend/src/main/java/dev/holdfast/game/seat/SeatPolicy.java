package dev.holdfast.game.seat;

import java.util.Optional;

/// Who may sit where (docs/protocol.md, section 5).
public enum SeatPolicy {
    /// The URL is trusted.
    OPEN,
    /// A seat that a v1 client has claimed needs its token; one never claimed stays open to plain clients.
    CLAIM,
    /// The gateway has verified who it is, and the player's id must be that.
    JWT;

    public enum Verdict {
        ADMITTED,
        /// Admitted, and the seat gets a token, the visitor's own or a new one.
        CLAIMS,
        /// The seat's token, or a proof of identity, is missing or wrong.
        TOKEN_NEEDED,
        /// It is somebody else's seat.
        FORBIDDEN
    }

    public Verdict judge(Optional<Seat> seat, Visitor visitor) {
        return switch (this) {
            case OPEN -> Verdict.ADMITTED;
            case CLAIM -> judgeClaim(seat, visitor);
            case JWT -> judgeIdentity(visitor);
        };
    }

    private static Verdict judgeClaim(Optional<Seat> seat, Visitor visitor) {
        Optional<String> claim = seat.flatMap(Seat::claim);
        if (claim.isEmpty()) {
            // Only a hello is answered with the token
            return visitor.isHello() ? Verdict.CLAIMS : Verdict.ADMITTED;
        }
        if (visitor.token()
                .filter(token -> SeatToken.matches(token, claim.get()))
                .isPresent()) {
            return Verdict.ADMITTED;
        }
        // The connection that sits there was told its token, but the message may have been lost on a broken leg.
        boolean sitsThere =
                seat.filter(taken -> taken.isHeldBy(visitor.session())).isPresent();
        return sitsThere ? Verdict.ADMITTED : Verdict.TOKEN_NEEDED;
    }

    private static Verdict judgeIdentity(Visitor visitor) {
        if (visitor.identity().isEmpty()) {
            return Verdict.TOKEN_NEEDED;
        }
        return visitor.identity().get().equals(visitor.player()) ? Verdict.ADMITTED : Verdict.FORBIDDEN;
    }
}

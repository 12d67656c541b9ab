package dev.holdfast.gateway.auth;

/// A caller that is not let in. The message is for the caller, and has nothing of a token or ticket in it.
public final class AuthFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// A closed set; in small letters the `error` of the refusal.
    public enum Kind {
        TOKEN_MISSING,
        TOKEN_REFUSED,
        TICKET_REFUSED,
        /// The issuer's keys cannot be had.
        AUTH_UNAVAILABLE
    }

    private final Kind kind;

    AuthFailure(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}

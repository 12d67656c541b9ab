package dev.holdfast.game.log;

/// Why a log cannot be read from a cursor. Thrown through the `Mono` of [GameLog#read].
public abstract sealed class ReadFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private ReadFailure(String message) {
        super(message, null, false, false);
    }

    /// The events right after the cursor are gone; reading can begin after [#oldest()].
    public static final class Truncated extends ReadFailure {
        private static final long serialVersionUID = 1;
        private final transient Cursor oldest;

        public Truncated(GameId game, Cursor after, Cursor oldest) {
            super("game " + game + " is kept from after " + oldest + " only (asked: after " + after + ")");
            this.oldest = oldest;
        }

        public Cursor oldest() {
            return oldest;
        }
    }

    /// The log has no such cursor: another history, or one that ends before it at [#head()].
    public static final class Diverged extends ReadFailure {
        private static final long serialVersionUID = 1;
        private final transient Cursor head;

        public Diverged(GameId game, Cursor after, Cursor head) {
            super("game " + game + " has no event " + after + " (its head is " + head + ")");
            this.head = head;
        }

        public Cursor head() {
            return head;
        }
    }
}

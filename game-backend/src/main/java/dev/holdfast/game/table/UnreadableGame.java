package dev.holdfast.game.table;

import dev.holdfast.game.log.GameId;
import java.util.function.Supplier;

/// The store has given a game that this release cannot follow: its rules are others, or make no sense of it. Another
/// release may.
public final class UnreadableGame extends RuntimeException {
    private static final long serialVersionUID = 1;

    private UnreadableGame(GameId game, RuntimeException cause) {
        super("game " + game + " cannot be followed by this release: " + cause.getMessage(), cause);
    }

    public static <T> T unless(GameId game, Supplier<T> following) {
        try {
            return following.get();
        } catch (RuntimeException cause) {
            throw new UnreadableGame(game, cause);
        }
    }

    static void unless(GameId game, Runnable following) {
        unless(game, () -> {
            following.run();
            return game;
        });
    }
}

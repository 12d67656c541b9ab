package dev.holdfast.game.wire;

import dev.holdfast.game.rules.Refusal;
import java.util.Locale;

/// Why a message was not carried out: the catalogue of docs/protocol.md, section 4.
public enum ErrorCode {
    INVALID_JSON(false),
    INVALID_TYPE(false),
    UNKNOWN_COMMAND(false),
    RATE_LIMITED(true),
    INFLIGHT_LIMIT(true),
    NOT_SEATED(false),
    SPECTATOR(false),
    NOT_YOUR_TURN(false),
    ILLEGAL_MOVE(false),
    GAME_NOT_STARTED(false),
    GAME_OVER(false),
    CONFLICT(false),
    RETRY_EXPIRED(false),
    UNAVAILABLE(true),
    INTERNAL(false);

    private final boolean retry;

    ErrorCode(boolean retry) {
        this.retry = retry;
    }

    /// Whether sending the same command again, with the same id, can help.
    public boolean retry() {
        return retry;
    }

    /// As it stands in messages and metrics.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static ErrorCode of(Refusal.Reason reason) {
        return switch (reason) {
            case UNKNOWN_COMMAND -> UNKNOWN_COMMAND;
            case SPECTATOR -> SPECTATOR;
            case NOT_YOUR_TURN -> NOT_YOUR_TURN;
            case ILLEGAL_MOVE -> ILLEGAL_MOVE;
            case GAME_NOT_STARTED -> GAME_NOT_STARTED;
            case GAME_OVER -> GAME_OVER;
        };
    }
}

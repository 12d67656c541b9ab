package dev.holdfast.game.session;

import dev.holdfast.game.table.Ending;
import java.util.Arrays;
import java.util.Optional;

/// The close codes of docs/protocol.md, section 6, as far as the game-backend sends them. Below 4500: reconnect and
/// resume; from 4500: final.
enum CloseCode {
    NORMAL(1000),
    GOING_AWAY(1001),
    TOO_BIG(1009),
    SERVER_ERROR(1011),
    RESTARTING(1012),
    OVERLOADED(1013),
    TOO_SLOW(4002),
    REPLACED(4500),
    GAME_FULL(4508);

    /// RFC 6455, section 5.5: a control frame's payload is at most 125 bytes, of which the code takes two.
    static final int MAX_REASON_BYTES = 123;

    private final int code;

    CloseCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static Optional<CloseCode> of(int code) {
        return Arrays.stream(values()).filter(known -> known.code == code).findFirst();
    }

    static CloseCode of(Ending ending) {
        return switch (ending) {
            case REPLACED -> REPLACED;
            case GAME_FULL -> GAME_FULL;
            case UNAVAILABLE -> OVERLOADED;
            case LOG_LOST -> RESTARTING;
        };
    }
}

package dev.holdfast.game.session;

import dev.holdfast.game.table.Ending;

/// The close codes of docs/protocol.md, section 6, as far as the game-backend sends them. Below 4500: reconnect and
/// resume; from 4500: final.
enum CloseCode {
    NORMAL(1000, "the player has left"),
    GOING_AWAY(1001, "a newer leg of this session has come"),
    TOO_BIG(1009, "the message is over the limit"),
    FAILED(1011, "the game's rules fail"),
    RESTARTING(1012, "the game moves on elsewhere"),
    OVERLOADED(1013, "the game's store cannot be reached"),
    SILENT(4001, "silent: no answer to a ping, or no sys.hello"),
    TOO_SLOW(4002, "too much is waiting unread"),
    LEFT_BEHIND(4002, "messages were missed that cannot be given any more"),
    SEAT_GIVEN_UP(4002, "the seat was given up meanwhile; say sys.hello with its token"),
    TOO_MANY_GAMES(4003, "too many new games from this address"),
    REPLACED(4500, "replaced"),
    TOKEN_NEEDED(4501, "the seat's token is missing or wrong"),
    FORBIDDEN(4502, "the seat is another player's"),
    PROTOCOL_VIOLATION(4505, "protocol violation"),
    VERSION_NOT_SUPPORTED(4506, "only version 1 is supported"),
    GAME_FULL(4508, "the game is full");

    private final int code;
    private final String reason;

    CloseCode(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    int code() {
        return code;
    }

    /// Whether a gateway takes it as the end of the leg only: it dials again and the client goes on.
    boolean isForTheLeg() {
        return this == GOING_AWAY || this == RESTARTING || this == OVERLOADED;
    }

    String reason() {
        return reason;
    }

    static CloseCode of(Ending ending) {
        return switch (ending) {
            case REPLACED -> REPLACED;
            case LEG_REPLACED -> GOING_AWAY;
            case TOKEN_NEEDED -> TOKEN_NEEDED;
            case FORBIDDEN -> FORBIDDEN;
            case GAME_FULL -> GAME_FULL;
            case UNAVAILABLE -> OVERLOADED;
            case RULES_FAILED -> FAILED;
            case LOG_LOST -> RESTARTING;
        };
    }
}

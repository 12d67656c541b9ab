package dev.holdfast.game.rules;

/// Why a command changes nothing.
///
/// @param message one sentence for the player: what was wrong, with which value, what to do
public record Refusal(Reason reason, String message) {
    /// The codes that rules may answer with (docs/protocol.md, section 4).
    public enum Reason {
        UNKNOWN_COMMAND,
        SPECTATOR,
        NOT_YOUR_TURN,
        ILLEGAL_MOVE,
        GAME_NOT_STARTED,
        GAME_OVER
    }
}

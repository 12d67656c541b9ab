package dev.holdfast.game.wire;

import dev.holdfast.game.rules.JsonObject;

/// A message or request that was not carried out.
///
/// @param message one sentence: what was wrong, with which value, what to do
public record Problem(ErrorCode code, String message) {
    /// `{"type":"error","code":…,"message":…}`, as a plain client gets it.
    public JsonObject asMessage() {
        return JsonObject.of("type", "error", "code", code.text(), "message", message);
    }
}

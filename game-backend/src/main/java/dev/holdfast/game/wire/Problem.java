package dev.holdfast.game.wire;

import dev.holdfast.game.rules.JsonObject;
import java.util.OptionalLong;

/// A message or request that was not carried out.
///
/// @param message one sentence: what was wrong, with which value, what to do
/// @param retryAfterMillis when to try again; empty if that makes no difference
public record Problem(ErrorCode code, String message, OptionalLong retryAfterMillis) {
    public Problem(ErrorCode code, String message) {
        this(code, message, OptionalLong.empty());
    }

    /// `{"type":"error","code":…,"message":…}`, as a plain client gets it.
    public JsonObject asMessage() {
        return timed(JsonObject.of("type", "error", "code", code.text(), "message", message));
    }

    /// With `"retryAfter":<ms>`, if that is known.
    JsonObject timed(JsonObject answer) {
        return retryAfterMillis.isPresent() ? answer.with("retryAfter", retryAfterMillis.getAsLong()) : answer;
    }
}

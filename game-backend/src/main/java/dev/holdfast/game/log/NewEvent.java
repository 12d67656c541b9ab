package dev.holdfast.game.log;

/// An event to append. The tag is the author's choice, so that an append whose answer was lost can be recognised.
///
/// @param body owned by the event from here on: nobody changes it
@SuppressWarnings("ArrayRecordComponent") // bytes on their way to a store; never compared
public record NewEvent(String tag, byte[] body) {}

package dev.holdfast.game.log;

/// An event that is durable, with its place.
@SuppressWarnings("ArrayRecordComponent") // bytes as the store gave them; compared by place
public record StoredEvent(Cursor at, byte[] body) {}

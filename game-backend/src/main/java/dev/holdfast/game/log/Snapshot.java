package dev.holdfast.game.log;

/// The folded state of a game after the event at a cursor.
@SuppressWarnings("ArrayRecordComponent") // bytes as the store gave them; never compared
public record Snapshot(Cursor at, byte[] state) {}

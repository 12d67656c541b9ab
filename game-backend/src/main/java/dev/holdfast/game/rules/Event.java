package dev.holdfast.game.rules;

/// Something that has happened in a game, and the player whose doing it was.
public record Event(String by, JsonObject body) {}

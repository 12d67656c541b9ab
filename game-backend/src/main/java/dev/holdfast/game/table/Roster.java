package dev.holdfast.game.table;

import java.util.Map;
import java.util.TreeMap;

/// Where this process knows the players of a game to be. On the table's thread.
final class Roster {
    /// In a larger crowd nobody is told of anybody: each coming would be news for all.
    private static final int MAX_TOLD = 200;

    private final Map<String, Presence> players = new TreeMap<>();

    /// Whether that is news that clients should hear.
    boolean note(String player, Presence presence) {
        Presence before = presence == Presence.GONE ? players.remove(player) : players.put(player, presence);
        return before != presence && (before != null || presence != Presence.GONE) && players.size() <= MAX_TOLD;
    }

    /// Everybody who is not gone; nobody if they are too many.
    Map<String, Presence> all() {
        return players.size() <= MAX_TOLD ? Map.copyOf(players) : Map.of();
    }
}

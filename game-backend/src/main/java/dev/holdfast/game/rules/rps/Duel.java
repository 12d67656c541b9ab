package dev.holdfast.game.rules.rps;

import dev.holdfast.game.rules.Json;
import dev.holdfast.game.rules.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A duel of rock, paper, scissors at one moment.
///
/// @param players ids; fewer than two before the duel has started
/// @param hands what has been chosen in this round, by player; nobody else may see it
/// @param wins rounds won, in the players' order
/// @param winner the player who has won enough rounds, or whose opponent has left
record Duel(List<String> players, Map<String, String> hands, List<Integer> wins, int round, Optional<String> winner) {
    static final int WINS_NEEDED = 3;
    static final List<String> HANDS = List.of("rock", "paper", "scissors");
    static final Duel EMPTY = new Duel(List.of(), Map.of(), List.of(0, 0), 1, Optional.empty());

    private static final int PLAYERS = 2;

    Duel {
        players = List.copyOf(players);
        hands = Map.copyOf(hands);
        wins = List.copyOf(wins);
    }

    boolean hasStarted() {
        return players.size() == PLAYERS;
    }

    boolean isOver() {
        return winner.isPresent();
    }

    boolean hasPlayer(String player) {
        return players.contains(player);
    }

    Optional<String> opponent(String player) {
        return players.stream().filter(other -> !other.equals(player)).findFirst();
    }

    Duel join(String player) {
        var joined = new ArrayList<>(players);
        joined.add(player);
        return new Duel(joined, hands, wins, round, winner);
    }

    Duel leave(String player) {
        return new Duel(players.stream().filter(id -> !id.equals(player)).toList(), hands, wins, round, winner);
    }

    Duel choose(String player, String hand) {
        var chosen = new LinkedHashMap<>(hands);
        chosen.put(player, hand);
        return new Duel(players, chosen, wins, round, winner);
    }

    /// The winner of the round once both have chosen; empty for a tie.
    Optional<String> roundWinner() {
        int first = HANDS.indexOf(hands.get(players.get(0)));
        int second = HANDS.indexOf(hands.get(players.get(1)));
        int ahead = Math.floorMod(first - second, HANDS.size());
        return ahead == 0 ? Optional.empty() : Optional.of(players.get(ahead == 1 ? 0 : 1));
    }

    Duel nextRound(Optional<String> wonBy) {
        var counted = new ArrayList<>(wins);
        wonBy.map(players::indexOf).ifPresent(index -> counted.set(index, counted.get(index) + 1));
        return new Duel(players, Map.of(), counted, round + 1, winner);
    }

    Optional<String> match() {
        int best = wins.indexOf(WINS_NEEDED);
        return best < 0 ? Optional.empty() : Optional.of(players.get(best));
    }

    Duel end(String wonBy) {
        return new Duel(players, hands, wins, round, Optional.of(wonBy));
    }

    JsonObject handsInOrder() {
        var shown = new LinkedHashMap<String, Json>();
        players.forEach(
                player -> Optional.ofNullable(hands.get(player)).ifPresent(hand -> shown.put(player, Json.of(hand))));
        return new JsonObject(shown);
    }
}

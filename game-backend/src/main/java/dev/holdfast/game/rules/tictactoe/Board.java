package dev.holdfast.game.rules.tictactoe;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// A tic-tac-toe game at one moment.
///
/// @param players ids, X first, then O; fewer than two before the game has started
/// @param cells nine of `X`, `O` and `.`, row by row
/// @param winner an id; empty while the game goes on and after a draw
record Board(List<String> players, String cells, boolean over, Optional<String> winner) {
    static final int CELLS = 9;
    static final Board EMPTY = new Board(List.of(), ".".repeat(CELLS), false, Optional.empty());

    private static final String MARKS = "XO";
    private static final char FREE = '.';
    private static final int[][] LINES = {
        {0, 1, 2}, {3, 4, 5}, {6, 7, 8}, {0, 3, 6}, {1, 4, 7}, {2, 5, 8}, {0, 4, 8}, {2, 4, 6}
    };

    Board {
        players = List.copyOf(players);
    }

    boolean hasStarted() {
        return players.size() == MARKS.length();
    }

    /// The player's mark, or empty for a spectator.
    Optional<String> mark(String player) {
        int index = players.indexOf(player);
        return index < 0 ? Optional.empty() : Optional.of(mark(index));
    }

    /// The id of the player whose turn it is, while the game is on.
    Optional<String> turn() {
        if (!hasStarted() || over) {
            return Optional.empty();
        }
        long moves = cells.chars().filter(cell -> cell != FREE).count();
        return Optional.of(players.get((int) (moves % MARKS.length())));
    }

    boolean isFree(int cell) {
        return cells.charAt(cell) == FREE;
    }

    Board join(String player) {
        var joined = new ArrayList<>(players);
        joined.add(player);
        return new Board(joined, cells, over, winner);
    }

    Board leave(String player) {
        return new Board(players.stream().filter(other -> !other.equals(player)).toList(), cells, over, winner);
    }

    Board move(String player, int cell) {
        String mark = mark(player).orElseThrow();
        return new Board(players, cells.substring(0, cell) + mark + cells.substring(cell + 1), over, winner);
    }

    Board end(Optional<String> wonBy) {
        return new Board(players, cells, true, wonBy);
    }

    boolean isFull() {
        return cells.indexOf(FREE) < 0;
    }

    boolean hasLine() {
        return IntStream.range(0, LINES.length).anyMatch(line -> isLine(LINES[line]));
    }

    private boolean isLine(int[] line) {
        char first = cells.charAt(line[0]);
        return first != FREE && cells.charAt(line[1]) == first && cells.charAt(line[2]) == first;
    }

    static String mark(int index) {
        return MARKS.substring(index, index + 1);
    }

    static OptionalInt cell(OptionalInt number) {
        return number.isPresent() && number.getAsInt() >= 0 && number.getAsInt() < CELLS ? number : OptionalInt.empty();
    }
}

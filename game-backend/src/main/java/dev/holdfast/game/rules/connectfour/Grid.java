package dev.holdfast.game.rules.connectfour;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A connect-four game at one moment.
///
/// @param players ids, red first, then yellow; fewer than two before the game has started
/// @param cells row by row from the top: `R`, `Y` and `.`
/// @param winner an id; empty while the game goes on and after a draw
record Grid(List<String> players, String cells, boolean over, Optional<String> winner) {
    static final int COLUMNS = 7;
    static final int ROWS = 6;
    static final Grid EMPTY = new Grid(List.of(), ".".repeat(COLUMNS * ROWS), false, Optional.empty());

    private static final int IN_A_ROW = 4;
    private static final String DISCS = "RY";
    private static final char FREE = '.';
    private static final int[][] DIRECTIONS = {{0, 1}, {1, 0}, {1, 1}, {1, -1}};

    Grid {
        players = List.copyOf(players);
    }

    boolean hasStarted() {
        return players.size() == DISCS.length();
    }

    /// The player's disc, or empty for a spectator.
    Optional<String> disc(String player) {
        int index = players.indexOf(player);
        return index < 0 ? Optional.empty() : Optional.of(disc(index));
    }

    static String disc(int index) {
        return DISCS.substring(index, index + 1);
    }

    Optional<String> turn() {
        if (!hasStarted() || over) {
            return Optional.empty();
        }
        long drops = cells.chars().filter(cell -> cell != FREE).count();
        return Optional.of(players.get((int) (drops % DISCS.length())));
    }

    Grid join(String player) {
        var joined = new ArrayList<>(players);
        joined.add(player);
        return new Grid(joined, cells, over, winner);
    }

    Grid leave(String player) {
        return new Grid(players.stream().filter(id -> !id.equals(player)).toList(), cells, over, winner);
    }

    /// Where a disc would come to rest, counted from the top; -1 in a full column.
    int landingRow(int column) {
        int row = ROWS - 1;
        while (row >= 0 && at(row, column) != FREE) {
            row--;
        }
        return row;
    }

    Grid drop(String player, int column) {
        int index = landingRow(column) * COLUMNS + column;
        String disc = disc(player).orElseThrow();
        return new Grid(players, cells.substring(0, index) + disc + cells.substring(index + 1), over, winner);
    }

    Grid end(Optional<String> wonBy) {
        return new Grid(players, cells, true, wonBy);
    }

    boolean isFull() {
        return cells.indexOf(FREE) < 0;
    }

    /// Whether the disc that lies there is part of four in a row.
    boolean isWon(int row, int column) {
        for (int[] step : DIRECTIONS) {
            if (1 + count(row, column, step[0], step[1]) + count(row, column, -step[0], -step[1]) >= IN_A_ROW) {
                return true;
            }
        }
        return false;
    }

    private int count(int row, int column, int down, int right) {
        int count = 0;
        int r = row + down;
        int c = column + right;
        while (r >= 0 && r < ROWS && c >= 0 && c < COLUMNS && at(r, c) == at(row, column)) {
            count++;
            r += down;
            c += right;
        }
        return count;
    }

    private char at(int row, int column) {
        return cells.charAt(row * COLUMNS + column);
    }

    List<String> rows() {
        List<String> rows = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
            rows.add(cells.substring(row * COLUMNS, (row + 1) * COLUMNS));
        }
        return rows;
    }
}

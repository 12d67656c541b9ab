/// Three in a row on nine cells.
@NullMarked
package dev.holdfast.game.rules.tictactoe;

import org.jspecify.annotations.NullMarked;

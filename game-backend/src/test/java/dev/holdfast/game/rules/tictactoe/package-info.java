@NullMarked
package dev.holdfast.game.rules.tictactoe;

import org.jspecify.annotations.NullMarked;

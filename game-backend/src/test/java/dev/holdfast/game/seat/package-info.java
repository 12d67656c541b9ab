@NullMarked
package dev.holdfast.game.seat;

import org.jspecify.annotations.NullMarked;

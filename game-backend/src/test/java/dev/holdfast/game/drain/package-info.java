@NullMarked
package dev.holdfast.game.drain;

import org.jspecify.annotations.NullMarked;

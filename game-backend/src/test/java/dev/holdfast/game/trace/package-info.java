@NullMarked
package dev.holdfast.game.trace;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.holdfast.game.wire;

import org.jspecify.annotations.NullMarked;

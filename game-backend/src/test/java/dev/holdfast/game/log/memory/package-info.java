@NullMarked
package dev.holdfast.game.log.memory;

import org.jspecify.annotations.NullMarked;

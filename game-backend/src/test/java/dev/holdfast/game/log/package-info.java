@NullMarked
package dev.holdfast.game.log;

import org.jspecify.annotations.NullMarked;

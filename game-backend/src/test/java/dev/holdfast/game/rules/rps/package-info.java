@NullMarked
package dev.holdfast.game.rules.rps;

import org.jspecify.annotations.NullMarked;

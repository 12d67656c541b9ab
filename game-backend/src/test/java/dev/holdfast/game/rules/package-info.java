@NullMarked
package dev.holdfast.game.rules;

import org.jspecify.annotations.NullMarked;

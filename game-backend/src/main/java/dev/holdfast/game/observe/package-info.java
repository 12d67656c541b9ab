/// The meters of the games.
@NullMarked
package dev.holdfast.game.observe;

import org.jspecify.annotations.NullMarked;

/// The meters of the games, and the queue before the console.
@NullMarked
package dev.holdfast.game.observe;

import org.jspecify.annotations.NullMarked;

/// A log that a restart forgets: for tests.
@NullMarked
package dev.holdfast.game.log.memory;

import org.jspecify.annotations.NullMarked;

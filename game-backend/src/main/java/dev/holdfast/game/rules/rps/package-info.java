/// Rock, paper, scissors: both choose at once and neither sees the other before.
@NullMarked
package dev.holdfast.game.rules.rps;

import org.jspecify.annotations.NullMarked;

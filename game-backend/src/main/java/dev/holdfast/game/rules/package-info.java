/// What a game is: pure functions from state to events. docs/game-rules.md shows how to write one.
@NullMarked
package dev.holdfast.game.rules;

import org.jspecify.annotations.NullMarked;

/// No rules at all: what one player says, the others hear.
@NullMarked
package dev.holdfast.game.rules.relay;

import org.jspecify.annotations.NullMarked;

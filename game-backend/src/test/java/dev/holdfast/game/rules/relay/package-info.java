@NullMarked
package dev.holdfast.game.rules.relay;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.holdfast.game.rules.connectfour;

import org.jspecify.annotations.NullMarked;

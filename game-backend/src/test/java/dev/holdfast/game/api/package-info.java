@NullMarked
package dev.holdfast.game.api;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.holdfast.game;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.holdfast.game.table;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.holdfast.game.log.sqlite;

import org.jspecify.annotations.NullMarked;

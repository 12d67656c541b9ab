@NullMarked
package dev.holdfast.game.log.redis;

import org.jspecify.annotations.NullMarked;

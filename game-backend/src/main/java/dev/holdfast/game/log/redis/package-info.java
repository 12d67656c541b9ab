/// The log in Redis or Valkey: several game-backends may serve the same game.
@NullMarked
package dev.holdfast.game.log.redis;

import org.jspecify.annotations.NullMarked;

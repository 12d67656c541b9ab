/// The log of each game, the only truth about it: docs/storage.md. Its adapters are the only SQL and Redis.
@NullMarked
package dev.holdfast.game.log;

import org.jspecify.annotations.NullMarked;

/// The log in one SQLite file: one machine, one process, nothing to install.
@NullMarked
package dev.holdfast.game.log.sqlite;

import org.jspecify.annotations.NullMarked;

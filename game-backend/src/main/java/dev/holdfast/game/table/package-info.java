/// One game in play: its mailbox, its folded state and the players who attend.
@NullMarked
package dev.holdfast.game.table;

import org.jspecify.annotations.NullMarked;

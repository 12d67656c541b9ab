/// Who may sit where, and who sits there now.
@NullMarked
package dev.holdfast.game.seat;

import org.jspecify.annotations.NullMarked;

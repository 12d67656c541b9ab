/// Four in a row, dropped into seven columns.
@NullMarked
package dev.holdfast.game.rules.connectfour;

import org.jspecify.annotations.NullMarked;

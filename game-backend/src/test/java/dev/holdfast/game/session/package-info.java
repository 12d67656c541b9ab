@NullMarked
package dev.holdfast.game.session;

import org.jspecify.annotations.NullMarked;

/// One player's socket, from the handshake to the close.
@NullMarked
package dev.holdfast.game.session;

import org.jspecify.annotations.NullMarked;

/// Going away without anybody losing anything: docs/protocol.md, sections 6 and 7.
@NullMarked
package dev.holdfast.game.drain;

import org.jspecify.annotations.NullMarked;

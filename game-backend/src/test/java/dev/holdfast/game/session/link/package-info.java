@NullMarked
package dev.holdfast.game.session.link;

import org.jspecify.annotations.NullMarked;

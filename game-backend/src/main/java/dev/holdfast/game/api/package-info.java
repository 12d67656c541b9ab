/// The HTTP interface: create, inspect and list games.
@NullMarked
package dev.holdfast.game.api;

import org.jspecify.annotations.NullMarked;

/// The games: one package per feature; the map is in docs/architecture.md.
@NullMarked
package dev.holdfast.game;

import org.jspecify.annotations.NullMarked;

/// JSON in and out, and the catalogue of errors; the only package that knows Jackson.
@NullMarked
package dev.holdfast.game.wire;

import org.jspecify.annotations.NullMarked;

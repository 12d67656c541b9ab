/// The load programs against a small server in the same process.
@NullMarked
package dev.holdfast.bench;

import org.jspecify.annotations.NullMarked;

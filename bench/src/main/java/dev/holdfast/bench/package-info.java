/// Load programs: bounded in time and count, loopback unless told otherwise.
@NullMarked
package dev.holdfast.bench;

import org.jspecify.annotations.NullMarked;

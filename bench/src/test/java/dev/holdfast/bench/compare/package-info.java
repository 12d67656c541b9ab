@NullMarked
package dev.holdfast.bench.compare;

import org.jspecify.annotations.NullMarked;

/// Measures gateways side by side: `bin/bench`.
@NullMarked
package dev.holdfast.bench.compare;

import org.jspecify.annotations.NullMarked;

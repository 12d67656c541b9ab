/// The whole of it from outside: real processes, players over the network, faults, and the checker that holds what the
/// players saw against the log.
@NullMarked
package dev.holdfast.e2e;

import org.jspecify.annotations.NullMarked;

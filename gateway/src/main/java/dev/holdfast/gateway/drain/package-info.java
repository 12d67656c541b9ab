/// Leaving: readiness off, no new sessions, the open ones closed evenly over time.
@NullMarked
package dev.holdfast.gateway.drain;

import org.jspecify.annotations.NullMarked;

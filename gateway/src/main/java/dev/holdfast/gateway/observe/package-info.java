/// Meters, and the one log line of each session.
@NullMarked
package dev.holdfast.gateway.observe;

import org.jspecify.annotations.NullMarked;

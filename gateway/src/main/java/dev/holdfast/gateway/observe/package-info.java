/// Meters, the log lines of each session, and the queue before the console.
@NullMarked
package dev.holdfast.gateway.observe;

import org.jspecify.annotations.NullMarked;

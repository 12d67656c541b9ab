/// Injected pings, answered pings, swallowed pongs, and the silence limit.
@NullMarked
package dev.holdfast.gateway.keepalive;

import org.jspecify.annotations.NullMarked;

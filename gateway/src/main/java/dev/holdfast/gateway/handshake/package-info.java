/// All that is decided before the 101, and the 101 itself; what stands before `/api`; refusals of all HTTP.
@NullMarked
package dev.holdfast.gateway.handshake;

import org.jspecify.annotations.NullMarked;

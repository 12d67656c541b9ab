/// The hot path: two legs joined into a session. One event loop, no Spring, no copy of a payload.
@NullMarked
package dev.holdfast.gateway.relay;

import org.jspecify.annotations.NullMarked;

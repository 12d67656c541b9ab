/// The hot path: two legs joined into a session. One event loop, no Spring. What passes is not
/// copied; what a session with the link keeps to send it again is (docs/protocol.md, section 7).
@NullMarked
package dev.holdfast.gateway.relay;

import org.jspecify.annotations.NullMarked;

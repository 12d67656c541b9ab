/// The gateway from outside: the real application between a raw-socket client and a raw-socket backend.
///
/// Nothing here knows the gateway's classes but its main class, so every test is a statement about bytes on a wire.
@NullMarked
package dev.holdfast.gateway.wire;

import org.jspecify.annotations.NullMarked;

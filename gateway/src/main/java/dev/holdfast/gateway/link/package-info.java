/// What gateway and game-backend tell each other beside the messages, and what the gateway keeps so that a broken
/// backend leg costs the client nothing (docs/protocol.md, section 7).
@NullMarked
package dev.holdfast.gateway.link;

import org.jspecify.annotations.NullMarked;

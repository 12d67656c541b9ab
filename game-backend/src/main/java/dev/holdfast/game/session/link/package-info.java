/// The backend's end of the link protocol: what it tells the gateway beside the client's messages (docs/protocol.md,
/// section 7).
@NullMarked
package dev.holdfast.game.session.link;

import org.jspecify.annotations.NullMarked;

/// The edge: one package per feature, arrows one way (`handshake → relay → link, keepalive → leg`).
@NullMarked
package dev.holdfast.gateway;

import org.jspecify.annotations.NullMarked;

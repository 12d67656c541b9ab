@NullMarked
package dev.holdfast.gateway.handshake;

import org.jspecify.annotations.NullMarked;
